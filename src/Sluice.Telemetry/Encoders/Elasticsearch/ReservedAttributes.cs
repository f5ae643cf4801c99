using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Encoders.Elasticsearch;

/// <summary>
/// The attributes that say where and how a document is stored. They are no part of what is stored; gathered in one pass, with the old
/// place of an event's name. Empty where absent.
/// </summary>
internal ref struct ReservedAttributes
{
    /// <summary>The shortest of their keys.</summary>
    private const int ShortestKey = 10;

    public ReadOnlySpan<byte> Index;
    public ReadOnlySpan<byte> Type;
    public ReadOnlySpan<byte> Dataset;
    public ReadOnlySpan<byte> Namespace;
    public ReadOnlySpan<byte> DocumentId;
    public ReadOnlySpan<byte> Pipeline;
    public ReadOnlySpan<byte> Mapping;
    public ReadOnlySpan<byte> Hints;
    public ReadOnlySpan<byte> EventName;

    /// <summary>Something of it names an index or data stream.</summary>
    public readonly bool Routes => !Index.IsEmpty || !Dataset.IsEmpty || !Namespace.IsEmpty || !Type.IsEmpty;

    /// <summary>Reads the attributes in field <paramref name="field"/> of a message: encoded values, of which the first of each key counts.</summary>
    public static ReservedAttributes Read(ReadOnlySpan<byte> message, int field)
    {
        var found = default(ReservedAttributes);
        foreach (var attribute in new AttributeEnumerator(message, field))
        {
            if (attribute.Key.Length >= ShortestKey && attribute.Key[0] is (byte)'d' or (byte)'e')
            {
                found.Take(attribute);
            }
        }

        return found;
    }

    /// <summary>Whether a key is left out of documents.</summary>
    public static bool IsReserved(ReadOnlySpan<byte> key) => key.Length > ShortestKey && key[0] switch
    {
        (byte)'d' => key.StartsWith("data_stream."u8)
            && (key.SequenceEqual("data_stream.type"u8) || key.SequenceEqual("data_stream.dataset"u8) || key.SequenceEqual("data_stream.namespace"u8)),
        (byte)'e' => key.StartsWith("elastic"u8)
            && (key.SequenceEqual("elasticsearch.index"u8) || key.SequenceEqual("elasticsearch.document_id"u8)
                || key.SequenceEqual("elasticsearch.ingest_pipeline"u8) || key.SequenceEqual("elasticsearch.document_pipeline"u8)
                || key.SequenceEqual("elasticsearch.mapping.hints"u8) || key.SequenceEqual("elastic.mapping.mode"u8)),
        _ => false,
    };

    private void Take(Attribute attribute)
    {
        var key = attribute.Key;
        if (key.SequenceEqual("event.name"u8))
        {
            Set(ref EventName, attribute);
        }
        else if (!IsReserved(key))
        {
            return;
        }
        else if (key[0] == 'd')
        {
            switch (key.Length)
            {
                case 16:
                    Set(ref Type, attribute);
                    break;
                case 19:
                    Set(ref Dataset, attribute);
                    break;
                default:
                    Set(ref Namespace, attribute);
                    break;
            }
        }
        else if (key.SequenceEqual("elasticsearch.index"u8))
        {
            Set(ref Index, attribute);
        }
        else if (key.SequenceEqual("elasticsearch.document_id"u8))
        {
            Set(ref DocumentId, attribute);
        }
        else if (key.SequenceEqual("elastic.mapping.mode"u8))
        {
            Set(ref Mapping, attribute);
        }
        else if (key.SequenceEqual("elasticsearch.mapping.hints"u8))
        {
            Set(ref Hints, attribute);
        }
        else
        {
            Set(ref Pipeline, attribute);
        }
    }

    private static void Set(ref ReadOnlySpan<byte> place, Attribute attribute)
    {
        if (place.IsEmpty)
        {
            place = attribute.EncodedValue;
        }
    }
}
