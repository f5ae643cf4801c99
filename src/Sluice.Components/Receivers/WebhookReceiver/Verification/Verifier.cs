using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Sluice.Components.Receivers.WebhookReceiver.Verification;

/// <summary>
/// Checks that a request comes from one who has a secret of the endpoint. The same work is done whatever is wrong: every secret is tried,
/// with every signature, and nothing is compared but with <see cref="CryptographicOperations.FixedTimeEquals"/>.
/// </summary>
/// <param name="schemes">How it may be signed; that whose header is there is taken, else the last.</param>
/// <param name="window">How far a signed time may be from now, before and after.</param>
/// <param name="time">The clock.</param>
internal sealed class Verifier(IReadOnlyList<SignatureScheme> schemes, TimeSpan window, TimeProvider time)
{
    /// <summary>Signatures of one request that are looked at: senders send two or three while a secret is changed.</summary>
    public const int MaxSignatures = 8;

    private const int LargestMac = HMACSHA512.HashSizeInBytes;

    private readonly SignatureScheme[] _schemes = [.. schemes];

    /// <summary>Checks a request.</summary>
    public Verified Verify(IHeaderDictionary headers, ReadOnlySpan<byte> body, SecretKeys secrets)
    {
        var scheme = _schemes[^1];
        foreach (var candidate in _schemes)
        {
            if (headers.ContainsKey(candidate.Header))
            {
                scheme = candidate;
                break;
            }
        }

        return scheme.Kind == SignatureKind.Mac ? VerifyMac(scheme, headers, body, secrets) : VerifyToken(scheme, headers, secrets);
    }

    private Verified VerifyMac(SignatureScheme scheme, IHeaderDictionary headers, ReadOnlySpan<byte> body, SecretKeys secrets)
    {
        var header = HeaderText.Read(headers, scheme.Header, scheme.Separator == SignatureSeparator.Comma);
        var timestamp = TimestampOf(scheme, headers, header);
        var id = scheme.IdHeader is null ? null : HeaderText.Read(headers, scheme.IdHeader);
        Span<byte> signatures = stackalloc byte[MaxSignatures * LargestMac];
        Span<int> lengths = stackalloc int[MaxSignatures];
        var count = SignatureList.Read(scheme, header, signatures, lengths, LargestMac);
        Span<byte> mac = stackalloc byte[LargestMac];
        var matched = -1;
        for (var i = 0; i < secrets.Count; i++)
        {
            var length = Compute(scheme, secrets.Key(i), timestamp, id, body, mac);
            for (var j = 0; j < MaxSignatures; j++)
            {
                // What was not sent is compared too, as zeros; its length then says that it does not count.
                var isEqual = CryptographicOperations.FixedTimeEquals(mac[..length], signatures.Slice(j * LargestMac, length));
                matched = isEqual & j < count & lengths[j] == length & matched < 0 ? i : matched;
            }
        }

        CryptographicOperations.ZeroMemory(mac);
        if (count == 0 || (scheme.Timestamp is not null && timestamp is null) || (scheme.IdHeader is not null && string.IsNullOrEmpty(id)))
        {
            return new(VerificationStatus.Missing, -1);
        }

        if (matched < 0)
        {
            return new(VerificationStatus.Wrong, -1);
        }

        return timestamp is null || IsFresh(scheme, timestamp) ? new(VerificationStatus.Valid, matched) : new(VerificationStatus.Stale, matched);
    }

    private static Verified VerifyToken(SignatureScheme scheme, IHeaderDictionary headers, SecretKeys secrets)
    {
        var header = HeaderText.Read(headers, scheme.Header);
        var given = scheme.Kind == SignatureKind.Token ? header : HeaderText.CredentialOf(header);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        Digest(given ?? "", digest);
        var matched = -1;
        for (var i = 0; i < secrets.Count; i++)
        {
            matched = CryptographicOperations.FixedTimeEquals(digest, secrets.Digest(i)) & matched < 0 ? i : matched;
        }

        if (string.IsNullOrEmpty(given))
        {
            return new(VerificationStatus.Missing, -1);
        }

        return matched < 0 ? new(VerificationStatus.Wrong, -1) : new(VerificationStatus.Valid, matched);
    }

    private static string? TimestampOf(SignatureScheme scheme, IHeaderDictionary headers, string? header) => scheme.Timestamp switch
    {
        null => null,
        { Kind: ValueSourceKind.Field } field => header is null ? null : SignatureList.FindField(header, scheme.Separator, field.Name),
        { } source => HeaderText.Read(headers, source.Name),
    };

    private bool IsFresh(SignatureScheme scheme, string timestamp) =>
        SignedTime.TryParse(timestamp, scheme.TimestampFormat, out var signed) && (time.GetUtcNow() - signed).Duration() <= window;

    private static int Compute(SignatureScheme scheme, ReadOnlySpan<byte> key, string? timestamp, string? id, ReadOnlySpan<byte> body, Span<byte> mac)
    {
        if (scheme.Signed.IsBodyAlone)
        {
            return scheme.Algorithm switch
            {
                SignatureAlgorithm.HmacSha1 => ComputeSha1(key, body, mac),
                SignatureAlgorithm.HmacSha512 => HMACSHA512.HashData(key, body, mac),
                _ => HMACSHA256.HashData(key, body, mac),
            };
        }

        using var hash = IncrementalHash.CreateHMAC(NameOf(scheme.Algorithm), key);
        foreach (var (part, literal) in scheme.Signed.Parts)
        {
            switch (part)
            {
                case SignedPart.Body:
                    hash.AppendData(body);
                    break;
                case SignedPart.Timestamp:
                    Append(hash, timestamp);
                    break;
                case SignedPart.Id:
                    Append(hash, id);
                    break;
                default:
                    hash.AppendData(literal);
                    break;
            }
        }

        return hash.GetHashAndReset(mac);
    }

    private static HashAlgorithmName NameOf(SignatureAlgorithm algorithm) => algorithm switch
    {
        SignatureAlgorithm.HmacSha1 => HashAlgorithmName.SHA1,
        SignatureAlgorithm.HmacSha512 => HashAlgorithmName.SHA512,
        _ => HashAlgorithmName.SHA256,
    };

#pragma warning disable CA5350 // Senders that sign with nothing else exist, and HMAC-SHA-1 is not broken.
    private static int ComputeSha1(ReadOnlySpan<byte> key, ReadOnlySpan<byte> body, Span<byte> mac) => HMACSHA1.HashData(key, body, mac);
#pragma warning restore CA5350

    private static void Append(IncrementalHash hash, string? text)
    {
        var rented = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text?.Length ?? 0));
        hash.AppendData(rented, 0, Encoding.UTF8.GetBytes(text ?? "", rented));
        ArrayPool<byte>.Shared.Return(rented);
    }

    private static void Digest(string text, Span<byte> digest)
    {
        var rented = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        SHA256.HashData(rented.AsSpan(0, Encoding.UTF8.GetBytes(text, rented)), digest);
        ArrayPool<byte>.Shared.Return(rented, clearArray: true);
    }
}
