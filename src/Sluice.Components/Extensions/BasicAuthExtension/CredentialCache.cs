using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Sluice.Runtime.Contracts;
using Sluice.Transport.Authentication.Htpasswd;

namespace Sluice.Components.Extensions.BasicAuthExtension;

/// <summary>
/// What was found out about credentials. They are kept as keyed hashes, with a key that the process draws, so that its memory holds no
/// password. Thread-safe.
/// </summary>
internal sealed class CredentialCache(HtpasswdFile users)
{
    /// <summary>Right credentials are few; wrong ones may be drawn without end, so theirs are forgotten together at that many.</summary>
    private const int MaxEntries = 4096;

    /// <summary>Who waits for a password to be hashed behind that many is told to come again.</summary>
    private const int MaxWaiting = 64;

    private const int StackLimit = 1024;

    /// <summary>Passwords are hashed one after the other in the whole process, so that guessing takes one processor at most.</summary>
    private static readonly SemaphoreSlim Hashing = new(1);

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentDictionary<UInt256, AuthenticationResult> _right = new();
    private readonly ConcurrentDictionary<UInt256, bool> _wrong = new();
    private int _waiting;

    /// <summary>Looks up what is known.</summary>
    /// <param name="credential">As it stands in the header.</param>
    /// <param name="known">The result; null when it is wrong.</param>
    /// <returns>False when nothing is known yet.</returns>
    public bool TryFind(ReadOnlySpan<char> credential, out AuthenticationResult? known)
    {
        known = null;
        var hash = Hash(credential);
        if (_right.TryGetValue(hash, out var right))
        {
            known = right;
            return true;
        }

        return _wrong.ContainsKey(hash);
    }

    /// <summary>Finds out, and remembers it.</summary>
    /// <returns>The result; null when the credential is wrong.</returns>
    /// <exception cref="InvalidOperationException">Too many wait for that already.</exception>
    public async ValueTask<AuthenticationResult?> CheckAsync(string credential, string user, string password, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw new InvalidOperationException("More passwords wait to be checked than can be; somebody may be guessing them.");
        }

        try
        {
            await Hashing.WaitAsync(cancellationToken);
            try
            {
                // Another request of the same sender may have found out while this one waited.
                if (TryFind(credential, out var known))
                {
                    return known;
                }

                var isRight = await Task.Run(() => users.Verify(user, password), cancellationToken);
                return Remember(Hash(credential), user, isRight);
            }
            finally
            {
                Hashing.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private AuthenticationResult? Remember(UInt256 hash, string user, bool isRight)
    {
        if (!isRight)
        {
            if (_wrong.Count >= MaxEntries)
            {
                _wrong.Clear();
            }

            _wrong[hash] = true;
            return null;
        }

        // One user's name and password can be written in several ways, so that this is not bounded by the number of users.
        if (_right.Count >= MaxEntries)
        {
            _right.Clear();
        }

        var result = AuthenticationResult.Authenticated(user);
        _right[hash] = result;
        return result;
    }

    private UInt256 Hash(ReadOnlySpan<char> credential)
    {
        Span<byte> hash = stackalloc byte[32];
        Span<byte> bytes = credential.Length <= StackLimit ? stackalloc byte[StackLimit] : new byte[credential.Length];
        for (var i = 0; i < credential.Length; i++)
        {
            // Base64 is ASCII; anything else is wrong whatever becomes of it, and may not pass for something right.
            bytes[i] = char.IsAscii(credential[i]) ? (byte)credential[i] : (byte)0;
        }

        HMACSHA256.HashData(_key, bytes[..credential.Length], hash);
        return new UInt256(
            BitConverter.ToUInt64(hash), BitConverter.ToUInt64(hash[8..]), BitConverter.ToUInt64(hash[16..]), BitConverter.ToUInt64(hash[24..]));
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct UInt256(ulong A, ulong B, ulong C, ulong D);
}
