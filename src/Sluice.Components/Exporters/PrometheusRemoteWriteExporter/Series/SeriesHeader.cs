using System.Buffers.Binary;

namespace Sluice.Components.Exporters.PrometheusRemoteWriteExporter.Series;

/// <summary>What remote write 2.0 says of a series beside its samples, as numbers of a <see cref="SymbolTable"/>.</summary>
/// <param name="Type">The number of the type in <c>Metadata.MetricType</c>.</param>
/// <param name="Help">The description.</param>
/// <param name="Unit">The unit.</param>
internal readonly record struct SeriesMetadata(int Type, int Help, int Unit);

/// <summary>
/// Labels and metadata of a series for remote write 2.0, as they are kept: the number of references, the references, then type, help and unit, in
/// four bytes each.
/// </summary>
internal readonly ref struct SeriesHeader(ReadOnlySpan<byte> encoded)
{
    private readonly ReadOnlySpan<byte> _encoded = encoded;

    /// <summary>How many references its labels have: to the names and values, one after the other, sorted by name.</summary>
    public int LabelCount => Word(0);

    public SeriesMetadata Metadata => new(Word(LabelCount + 1), Word(LabelCount + 2), Word(LabelCount + 3));

    /// <summary>Encodes one.</summary>
    public static byte[] Encode(IReadOnlyList<int> labels, SeriesMetadata metadata)
    {
        int[] words = [labels.Count, .. labels, metadata.Type, metadata.Help, metadata.Unit];
        var encoded = new byte[words.Length * sizeof(int)];
        for (var i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(encoded.AsSpan(i * sizeof(int)), words[i]);
        }

        return encoded;
    }

    /// <summary>One of the references of its labels.</summary>
    public int Label(int index) => Word(index + 1);

    /// <summary>What of an encoded header says which series it is of.</summary>
    public static ReadOnlySpan<byte> IdentityOf(ReadOnlySpan<byte> encoded) => encoded[..^(3 * sizeof(int))];

    /// <summary>Marks the strings of an encoded header; nothing where there is none.</summary>
    public static void Mark(ReadOnlySpan<byte> encoded, SymbolTable symbols)
    {
        if (encoded.IsEmpty)
        {
            return;
        }

        MarkLabels(encoded, symbols);
        var metadata = new SeriesHeader(encoded).Metadata;
        symbols.Mark(metadata.Help);
        symbols.Mark(metadata.Unit);
    }

    /// <summary>Marks the strings of the labels of an encoded header, or of what says which series it is of.</summary>
    public static void MarkLabels(ReadOnlySpan<byte> encoded, SymbolTable symbols)
    {
        var header = new SeriesHeader(encoded);
        for (var i = 0; i < header.LabelCount; i++)
        {
            symbols.Mark(header.Label(i));
        }
    }

    private int Word(int index) => BinaryPrimitives.ReadInt32LittleEndian(_encoded[(index * sizeof(int))..]);
}
