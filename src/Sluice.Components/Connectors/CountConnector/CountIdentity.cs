using Sluice.Buffers;
using Sluice.Components.Connectors.Metering;

namespace Sluice.Components.Connectors.CountConnector;

/// <summary>What tells counts apart: puts together the key by which one is found, and the attributes of its data points.</summary>
internal sealed class CountIdentity(CountDefinition[] definitions, BufferPool pool) : IDisposable
{
    /// <summary>Where a key says whether it is that of what is beyond the limit.</summary>
    private const int KindOffset = sizeof(uint);

    /// <summary>In the key of what is beyond the limit; all others have 0.</summary>
    private const byte Beyond = 1;

    private readonly KeyBuilder _key = new(pool);
    private readonly PointAttributes _attributes = new(pool);

    /// <summary>The key that was put together last.</summary>
    public ReadOnlySpan<byte> Key => _key.Key;

    /// <summary>Whether a key is that of what is beyond the limit.</summary>
    public static bool IsOverflow(ReadOnlySpan<byte> key) => key[KindOffset] == Beyond;

    /// <summary>Puts a key together.</summary>
    /// <param name="definition">The index of the metric.</param>
    /// <param name="subject">What is counted.</param>
    /// <param name="group">The number of the resource.</param>
    /// <returns>False when an attribute is missing.</returns>
    public bool TryBuildKey(int definition, in CountSubject subject, uint group)
    {
        Begin(definition, group, 0);
        foreach (var attribute in definitions[definition].Attributes)
        {
            if (subject.TryFindAny(attribute.Key, out var value))
            {
                _key.AddValue(value);
            }
            else if (attribute.Default is { } fallback)
            {
                _key.AddValue(fallback);
            }
            else
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Puts together the attributes of what <see cref="TryBuildKey"/> found complete, each behind its length.</summary>
    public ReadOnlySpan<byte> BuildAttributes(int definition, in CountSubject subject)
    {
        _attributes.Begin();
        foreach (var attribute in definitions[definition].Attributes)
        {
            _attributes.AddValue(attribute.Key, subject.TryFindAny(attribute.Key, out var value) ? value : attribute.Default);
        }

        return _attributes.Written;
    }

    /// <summary>Puts together the key of what is beyond the limit.</summary>
    public void BuildOverflowKey(int definition, uint group) => Begin(definition, group, Beyond);

    /// <summary>Puts together the attributes of that.</summary>
    public ReadOnlySpan<byte> BuildOverflowAttributes()
    {
        _attributes.Begin();
        _attributes.Add("otel.metric.overflow"u8, value: true);
        return _attributes.Written;
    }

    public void Dispose()
    {
        _key.Dispose();
        _attributes.Dispose();
    }

    private void Begin(int definition, uint group, byte kind)
    {
        _key.Begin(group, kind);
        _key.Add((byte)definition);
        _key.Add((byte)(definition >> 8));
    }
}
