using Sluice.Runtime.Contracts;
using Sluice.Transport.HttpServer;

namespace Sluice.Components.Extensions.HeadersSetterExtension;

/// <summary>Sets headers of requests that go out.</summary>
public sealed class HeadersSetterExtension(HeadersSetterExtensionOptions options) : IExtension, IClientAuthenticator
{
    private readonly (HeaderAction Action, string Key, string? Value, RequestProperty? Source)[] _headers =
        [.. options.Headers.Select(header => (header.Action, header.Key, (header.Value ?? header.DefaultValue)?.Reveal(), header.Source))];

    /// <inheritdoc/>
    public IReadOnlyList<BoundEndpoint> Endpoints => [];

    /// <inheritdoc/>
    public Task StartAsync(IRuntimeStatus status, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask ApplyAsync(IOutgoingHeaders headers, CancellationToken cancellationToken)
    {
        foreach (var (action, key, fixedValue, source) in _headers)
        {
            var value = source is { } property ? Find(headers.Values, property, key) ?? fixedValue : fixedValue;
            switch (action)
            {
                case HeaderAction.Delete:
                    headers.Remove(key);
                    break;
                case var _ when value is null:
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

    private static string? Find(RequestValues values, RequestProperty source, string key)
    {
        var found = values[source];
        if (found.Count > 1)
        {
            throw new UndeliverableException($"the header \"{key}\" cannot be set: the request that brought the records had {found.Count} values for {source}");
        }

        if (found.Count == 0 || found[0].Length == 0)
        {
            return null;
        }

        return HeaderRules.IsValue(found[0])
            ? found[0]
            : throw new UndeliverableException($"the header \"{key}\" cannot be set: {source} has a character other than printable ASCII");
    }
}
