using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Encoders.Elasticsearch;

/// <summary>What the attribute <c>elasticsearch.mapping.hints</c> of a data point, a list of names, asks for.</summary>
[Flags]
internal enum MappingHints
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary><c>_doc_count</c>: the document says how many measurements it stands for.</summary>
    DocumentCount = 1,

    /// <summary><c>aggregate_metric_double</c>: of a histogram only sum and count are kept.</summary>
    Aggregate = 2,
}

/// <summary>Reads <see cref="MappingHints"/>.</summary>
internal static class MappingHint
{
    private const int ValuesField = 1;

    public static MappingHints Read(ReadOnlySpan<byte> encodedValue)
    {
        var value = AnyValue.Read(encodedValue);
        var hints = MappingHints.None;
        if (value.Kind != AnyValueKind.Array)
        {
            return hints;
        }

        foreach (var element in new RepeatedField(value.Bytes, ValuesField))
        {
            var name = AnyValue.Read(element).Bytes;
            hints |= name.SequenceEqual("_doc_count"u8) ? MappingHints.DocumentCount
                : name.SequenceEqual("aggregate_metric_double"u8) ? MappingHints.Aggregate
                : MappingHints.None;
        }

        return hints;
    }
}
