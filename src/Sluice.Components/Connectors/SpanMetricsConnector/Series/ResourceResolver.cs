using System.Text;
using Sluice.Buffers;
using Sluice.Components.Connectors.Metering;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Connectors.SpanMetricsConnector.Series;

/// <summary>Finds what the spans of a resource take from it, and under which resource they are given out. Remembers resources by their bytes.</summary>
internal sealed class ResourceResolver(SpanMetricsConnectorOptions options, Dimension[] dimensions, SeriesStore store, KeyBuilder key)
{
    private const int MaxRemembered = 4096;

    private readonly byte[][] _keyAttributes = [.. options.ResourceMetricsKeyAttributes.Order(StringComparer.Ordinal).Select(Encoding.UTF8.GetBytes)];
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
            values[i] = Find(resource, dimensions[i].Key);
        }

        var service = Find(resource, "service.name"u8) is { } name && AnyValue.Read(name) is { Kind: AnyValueKind.String } text ? text.Bytes.ToArray() : null;
        var group = options.AddResourceAttributes ? store.Group(KeyOf(resource), resource) : store.Group([], []);
        return _sources[resource.ToArray()] = new ResourceSource(group, service, values);
    }

    /// <summary>Forgets all: groups were removed.</summary>
    public void Forget() => _sources.Clear();

    private static byte[]? Find(ReadOnlySpan<byte> resource, ReadOnlySpan<byte> wanted) =>
        AttributeEnumerator.TryFindEncoded(resource, OtlpFields.Resource.Attributes, wanted, out var value) ? value.ToArray() : null;

    /// <summary>What tells resources apart: the attributes by key, in whatever order they came.</summary>
    private ReadOnlySpan<byte> KeyOf(ReadOnlySpan<byte> resource)
    {
        key.Begin(0, 0);
        if (_keyAttributes.Length > 0)
        {
            foreach (var wanted in _keyAttributes)
            {
                Add(Find(resource, wanted));
            }

            return key.Key;
        }

        var attributes = new List<(byte[] Key, byte[] Value)>();
        foreach (var attribute in new AttributeEnumerator(resource, OtlpFields.Resource.Attributes))
        {
            attributes.Add((attribute.Key.ToArray(), attribute.EncodedValue.ToArray()));
        }

        attributes.Sort(static (left, right) => left.Key.AsSpan().SequenceCompareTo(right.Key));
        foreach (var (name, value) in attributes)
        {
            key.Add(name);
            Add(value);
        }

        return key.Key;
    }

    private void Add(byte[]? value)
    {
        if (value is null)
        {
            key.AddAbsent();
        }
        else
        {
            key.AddValue(value);
        }
    }
}
