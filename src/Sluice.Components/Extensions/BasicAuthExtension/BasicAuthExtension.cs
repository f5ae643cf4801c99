using System.Text;
using Microsoft.Extensions.Logging;
using Sluice.Runtime.Contracts;
using Sluice.Transport.Authentication.Htpasswd;
using Sluice.Transport.Files;

namespace Sluice.Components.Extensions.BasicAuthExtension;

/// <summary>
/// Checks user names and passwords (RFC 7617). A password is hashed once; what was found is remembered, so that requests after the first cost
/// a microsecond whatever the hash.
/// </summary>
public sealed class BasicAuthExtension(ComponentContext context, HtpasswdOptions options) : IExtension, IServerAuthenticator
{
    private const string Header = "Authorization";
    private const string Scheme = "Basic ";
    private const string Challenge = "Basic realm=\"sluice\", charset=\"UTF-8\"";

    private static readonly AuthenticationResult Missing =
        AuthenticationResult.Refused("credentials are missing; send a user's name and password with Basic authentication", Challenge);

    private static readonly AuthenticationResult Wrong =
        AuthenticationResult.Refused("the user is not known or the password is wrong", Challenge);

    private WatchedFile? _file;
    private volatile CredentialCache? _users;

    /// <inheritdoc/>
    public IReadOnlyList<BoundEndpoint> Endpoints => [];

    /// <inheritdoc/>
    public IReadOnlyList<string> CredentialHeaders { get; } = ["authorization"];

    /// <inheritdoc/>
    public Task StartAsync(IRuntimeStatus status, CancellationToken cancellationToken)
    {
        var key = $"extensions::{context.Id}::htpasswd::{(options.File is null ? "inline" : "file")}";
        var contents = options.File is { } path ? SecretFile.Read(key, path) : "";
        try
        {
            Take(contents);
        }
        catch (FormatException e)
        {
            throw new ComponentStartException($"{key}: {options.File} {e.Message}", e);
        }

        if (options.File is { } file)
        {
            _file = new WatchedFile(file, contents, Take, context.Time, context.Logger);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<AuthenticationResult> AuthenticateAsync(HeaderLookup headers, CancellationToken cancellationToken)
    {
        if (headers[Header] is not { } value || !value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return ValueTask.FromResult(Missing);
        }

        var credential = value.AsSpan(Scheme.Length).Trim(' ');
        var users = _users!;
        return users.TryFind(credential, out var known)
            ? ValueTask.FromResult(known ?? Wrong)
            : CheckAsync(users, credential.ToString(), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _file?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static async ValueTask<AuthenticationResult> CheckAsync(CredentialCache users, string credential, CancellationToken cancellationToken)
    {
        if (!TryDecode(credential, out var user, out var password))
        {
            return Wrong;
        }

        return await users.CheckAsync(credential, user, password, cancellationToken) ?? Wrong;
    }

    private static bool TryDecode(string credential, out string user, out string password)
    {
        (user, password) = ("", "");
        var bytes = new byte[credential.Length];
        if (!Convert.TryFromBase64String(credential, bytes, out var length))
        {
            return false;
        }

        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            return false;
        }

        (user, password) = (text[..colon], text[(colon + 1)..]);
        return true;
    }

    private void Take(string contents)
    {
        var users = new HtpasswdFile(contents, options.Inline?.Reveal() ?? "");
        foreach (var user in users.PlainUsers)
        {
            context.Logger.LogWarning("The password of {User} stands there in plain text; make a hash with htpasswd -B", user);
        }

        // What was found with the passwords before is forgotten with them.
        _users = new CredentialCache(users);
    }
}
