using Sluice.Buffers;
using Sluice.Components.Connectors.Metering;
using Sluice.Telemetry;

namespace Sluice.Components.Connectors.SpanMetricsConnector.Series;

/// <summary>Finds what the spans of a resource take from it, and under which resource they are given out. Remembers resources by their bytes.</summary>
internal sealed class ResourceResolver(SpanMetricsConnectorOptions options, Dimension[] dimensions, SeriesStore store, KeyBuilder key)
{
    private const int MaxRemembered = 4096;

    private readonly ResourceKey _keys = new(options.ResourceMetricsKeyAttributes, key);
    private readonly Dictionary<byte[], ResourceSource> _sources = new(ByteKeyComparer.Instance);

    /// <summary>Resolves an encoded <c>Resource</c>.</summary>
    public ResourceSource Resolve(ReadOnlySpan<byte> resource)
    {
        if (_sources.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(resource, out var known))
        {
            return known;
        }

        if (_sources.Count >= MaxRemembered)
        {
            _sources.Clear();
        }

        var values = new byte[]?[dimensions.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = ResourceKey.Find(resource, dimensions[i].Key);
        }

        var service = ResourceKey.Find(resource, "service.name"u8) is { } name && AnyValue.Read(name) is { Kind: AnyValueKind.String } text ? text.Bytes.ToArray() : null;
        var group = options.AddResourceAttributes ? store.Group(_keys.Of(resource), resource) : store.Group([], []);
        return _sources[resource.ToArray()] = new ResourceSource(group, service, values);
    }

    /// <summary>Forgets all: groups were removed.</summary>
    public void Forget() => _sources.Clear();
}
