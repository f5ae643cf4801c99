using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Sluice.Runtime.Contracts;
using Sluice.Transport.Files;
using Sluice.Transport.HttpServer;

namespace Sluice.Components.Extensions.BearerTokenAuthExtension;

/// <summary>A token in a header (RFC 6750 by default): checked on requests that come in, set on those that go out.</summary>
public sealed class BearerTokenAuthExtension : IExtension, IServerAuthenticator, IClientAuthenticator
{
    private const int StackLimit = 512;

    private readonly ComponentContext _context;
    private readonly BearerTokenAuthExtensionOptions _options;
    private readonly AuthenticationResult _missing;
    private readonly AuthenticationResult _wrong;
    private WatchedFile? _file;
    private volatile Tokens _tokens;

    /// <summary>Creates it.</summary>
    public BearerTokenAuthExtension(ComponentContext context, BearerTokenAuthExtensionOptions options)
    {
        _context = context;
        _options = options;
        CredentialHeaders = [options.Header.ToLowerInvariant()];
        _tokens = new Tokens(options.Scheme, options.Token is { } token ? [token.Reveal()] : [.. options.Tokens.Select(candidate => candidate.Reveal())]);
        var form = options.Scheme.Length == 0 ? $"{options.Header}: <token>" : $"{options.Header}: {options.Scheme} <token>";

        // Without a scheme there is nothing to name in a challenge.
        var challenge = options.Scheme.Length == 0 ? null : $"{options.Scheme} realm=\"sluice\"";
        _missing = AuthenticationResult.Refused($"credentials are missing; send the header {form}", challenge);
        _wrong = AuthenticationResult.Refused("the token is not known here", challenge);
    }

    /// <inheritdoc/>
    public IReadOnlyList<BoundEndpoint> Endpoints => [];

    /// <inheritdoc/>
    public IReadOnlyList<string> CredentialHeaders { get; }

    /// <inheritdoc/>
    public Task StartAsync(IRuntimeStatus status, CancellationToken cancellationToken)
    {
        if (_options.Filename is { } path)
        {
            var key = $"extensions::{_context.Id}::filename";
            var contents = SecretFile.Read(key, path);
            try
            {
                Take(contents);
            }
            catch (FormatException e)
            {
                throw new ComponentStartException($"{key}: {path} {e.Message}", e);
            }

            _file = new WatchedFile(path, contents, Take, _context.Time, _context.Logger);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<AuthenticationResult> AuthenticateAsync(HeaderLookup headers, CancellationToken cancellationToken)
    {
        if (headers[_options.Header] is not { Length: > 0 } value)
        {
            return ValueTask.FromResult(_missing);
        }

        var credential = value.AsSpan();
        if (_options.Scheme.Length > 0)
        {
            // The scheme is the same in any case, and may be followed by several spaces (RFC 9110, 11.1 and 11.4).
            if (!credential.StartsWith(_options.Scheme, StringComparison.OrdinalIgnoreCase)
                || credential.Length == _options.Scheme.Length || credential[_options.Scheme.Length] != ' ')
            {
                return ValueTask.FromResult(_missing);
            }

            credential = credential[_options.Scheme.Length..].Trim(' ');
        }

        return ValueTask.FromResult(_tokens.Contain(credential) ? AuthenticationResult.Authenticated(null) : _wrong);
    }

    /// <inheritdoc/>
    public ValueTask ApplyAsync(IOutgoingHeaders headers, CancellationToken cancellationToken)
    {
        headers.Set(_options.Header, _tokens.Outgoing);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _file?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void Take(string contents)
    {
        string[] tokens = contents.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (tokens.Length == 0)
        {
            throw new FormatException("holds no token; write one, or several with one a line");
        }

        if (!tokens.All(HeaderRules.IsValue))
        {
            throw new FormatException("holds a token with a character that no header can carry; use printable ASCII");
        }

        _tokens = new Tokens(_options.Scheme, tokens);
    }

    private sealed class Tokens(string scheme, string[] tokens)
    {
        private readonly byte[][] _known = [.. tokens.Select(Encoding.UTF8.GetBytes)];

        public string Outgoing { get; } = tokens.Length == 0 ? "" : scheme.Length == 0 ? tokens[0] : $"{scheme} {tokens[0]}";

        /// <summary>Compares with every token, in time that tells nothing but lengths.</summary>
        public bool Contain(ReadOnlySpan<char> credential)
        {
            var rented = credential.Length > StackLimit / 3 ? ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(credential.Length)) : null;
            Span<byte> bytes = rented ?? stackalloc byte[StackLimit];
            bytes = bytes[..Encoding.UTF8.GetBytes(credential, bytes)];
            var found = false;
            foreach (var token in _known)
            {
                found |= CryptographicOperations.FixedTimeEquals(token, bytes);
            }

            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented, clearArray: true);
            }

            return found;
        }
    }
}
