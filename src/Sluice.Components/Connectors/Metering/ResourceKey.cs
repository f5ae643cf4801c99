using System.Text;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Connectors.Metering;

/// <summary>What tells resources apart.</summary>
/// <param name="attributes">The attributes that do; none for all.</param>
/// <param name="key">Where keys are put together.</param>
internal sealed class ResourceKey(IEnumerable<string> attributes, KeyBuilder key)
{
    private readonly byte[][] _attributes = [.. attributes.Order(StringComparer.Ordinal).Select(Encoding.UTF8.GetBytes)];

    /// <summary>Puts the key of an encoded <c>Resource</c> together: its attributes by key, in whatever order they came.</summary>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> resource)
    {
        key.Begin(0, 0);
        if (_attributes.Length > 0)
        {
            foreach (var wanted in _attributes)
            {
                Add(Find(resource, wanted));
            }

            return key.Key;
        }

        var all = new List<(byte[] Key, byte[] Value)>();
        foreach (var attribute in new AttributeEnumerator(resource, OtlpFields.Resource.Attributes))
        {
            all.Add((attribute.Key.ToArray(), attribute.EncodedValue.ToArray()));
        }

        all.Sort(static (left, right) => left.Key.AsSpan().SequenceCompareTo(right.Key));
        foreach (var (name, value) in all)
        {
            key.Add(name);
            Add(value);
        }

        return key.Key;
    }

    /// <summary>Finds an attribute of an encoded <c>Resource</c>.</summary>
    /// <returns>The encoded <c>AnyValue</c>; null where there is none.</returns>
    public static byte[]? Find(ReadOnlySpan<byte> resource, ReadOnlySpan<byte> wanted) =>
        AttributeEnumerator.TryFindEncoded(resource, OtlpFields.Resource.Attributes, wanted, out var value) ? value.ToArray() : null;

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
