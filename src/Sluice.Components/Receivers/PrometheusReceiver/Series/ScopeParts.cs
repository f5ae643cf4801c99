using System.Buffers.Binary;

namespace Sluice.Components.Receivers.PrometheusReceiver.Series;

/// <summary>What a scope says of itself, by its key; see <see cref="ScopeRow"/>.</summary>
internal readonly ref struct ScopeParts
{
    private const int Head = 4 * sizeof(int);

    public ScopeParts(ReadOnlySpan<byte> key)
    {
        var name = BinaryPrimitives.ReadInt32LittleEndian(key[sizeof(int)..]);
        var version = BinaryPrimitives.ReadInt32LittleEndian(key[(2 * sizeof(int))..]);
        var schema = BinaryPrimitives.ReadInt32LittleEndian(key[(3 * sizeof(int))..]);
        var rest = key[Head..];
        Name = rest[..name];
        Version = rest.Slice(name, version);
        Schema = rest.Slice(name + version, schema);
        Attributes = rest[(name + version + schema)..];
    }

    public ReadOnlySpan<byte> Name { get; }

    public ReadOnlySpan<byte> Version { get; }

    /// <summary>The address of its schema.</summary>
    public ReadOnlySpan<byte> Schema { get; }

    /// <summary>As fields of OTLP.</summary>
    public ReadOnlySpan<byte> Attributes { get; }
}
