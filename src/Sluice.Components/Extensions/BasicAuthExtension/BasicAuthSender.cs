using System.Text;
using Sluice.Runtime.Contracts;
using Sluice.Transport.Files;

namespace Sluice.Components.Extensions.BasicAuthExtension;

/// <summary>Sends a user's name and password (RFC 7617).</summary>
public sealed class BasicAuthSender(ComponentContext context, ClientAuthOptions options) : IExtension, IClientAuthenticator
{
    private readonly List<WatchedFile> _files = [];
    private readonly Lock _gate = new();
    private string _username = "";
    private string _password = "";
    private volatile string _header = "";

    /// <inheritdoc/>
    public IReadOnlyList<BoundEndpoint> Endpoints => [];

    /// <inheritdoc/>
    public Task StartAsync(IRuntimeStatus status, CancellationToken cancellationToken)
    {
        Take("username", options.Username, options.UsernameFile, TakeUsername);
        Take("password", options.Password?.Reveal(), options.PasswordFile, TakePassword);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask ApplyAsync(IOutgoingHeaders headers, CancellationToken cancellationToken)
    {
        headers.Set("Authorization", _header);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var file in _files)
        {
            await file.DisposeAsync();
        }
    }

    private void Take(string key, string? value, string? path, Action<string> take)
    {
        if (path is null)
        {
            take(value!);
            return;
        }

        var full = $"extensions::{context.Id}::client_auth::{key}_file";
        var contents = SecretFile.Read(full, path);
        try
        {
            take(contents);
        }
        catch (FormatException e)
        {
            throw new ComponentStartException($"{full}: {path} {e.Message}", e);
        }

        _files.Add(new WatchedFile(path, contents, take, context.Time, context.Logger));
    }

    private void TakeUsername(string text)
    {
        var name = text.TrimEnd('\r', '\n');
        if (name.Length == 0 || name.Contains(':', StringComparison.Ordinal))
        {
            throw new FormatException("does not hold a user's name; write one without a colon");
        }

        lock (_gate)
        {
            _username = name;
            Combine();
        }
    }

    private void TakePassword(string text)
    {
        var password = text.TrimEnd('\r', '\n');
        if (password.Length == 0)
        {
            throw new FormatException("is empty; write the password");
        }

        lock (_gate)
        {
            _password = password;
            Combine();
        }
    }

    private void Combine() => _header = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_username}:{_password}"));
}
