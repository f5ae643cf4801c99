using Sluice.Runtime.Contracts;

namespace Sluice.Components.Extensions.HeadersSetterExtension;

/// <summary>Sets headers of requests that go out.</summary>
public sealed class HeadersSetterExtension(HeadersSetterExtensionOptions options) : IExtension, IClientAuthenticator
{
    private readonly (HeaderAction Action, string Key, string Value)[] _headers =
        [.. options.Headers.Select(header => (header.Action, header.Key, header.Value?.Reveal() ?? ""))];

    /// <inheritdoc/>
    public IReadOnlyList<BoundEndpoint> Endpoints => [];

    /// <inheritdoc/>
    public Task StartAsync(IRuntimeStatus status, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask ApplyAsync(IOutgoingHeaders headers, CancellationToken cancellationToken)
    {
        foreach (var (action, key, value) in _headers)
        {
            switch (action)
            {
                case HeaderAction.Delete:
                    headers.Remove(key);
                    break;
                case HeaderAction.Insert when headers.Get(key) is not null:
                case HeaderAction.Update when headers.Get(key) is null:
                    break;
                default:
                    headers.Set(key, value);
                    break;
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
