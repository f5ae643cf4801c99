using System.Text.Json;

namespace Sluice.Standins.Elasticsearch.Mapping;

/// <summary>Adds the values of one field of a document: arrays, nulls, and types whose values are objects.</summary>
internal static class LeafValues
{
    private const int FlattenedDepth = 20;

    /// <exception cref="MalformedValueException">A value is not of the field's type.</exception>
    public static void Add(LeafField field, JsonElement value, MappedDocument target, bool coerces)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Null when field.NullValue is { } text:
                target.Add(field.Path, FieldValues.Read(field, JsonElement.Parse(JsonSerializer.SerializeToUtf8Bytes(text)), coerces: true));
                break;
            case JsonValueKind.Null:
                break;
            case var _ when field.Kind == FieldKind.GeoPoint:
                target.Add(field.Path, GeoPoint(value));
                break;
            case JsonValueKind.Array when field.Kind is FieldKind.Histogram or FieldKind.AggregateMetric:
                throw new MalformedValueException($"doesn't not support indexing multiple values for the same field in the same document");
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    Add(field, item, target, coerces);
                }

                break;
            case var _ when field.Kind == FieldKind.Flattened:
                Flattened(field, value, target);
                break;
            case var _ when field.Kind == FieldKind.Histogram:
                Histogram(field, value, target);
                break;
            case var _ when field.Kind == FieldKind.AggregateMetric:
                AggregateMetric(field, value, target);
                break;
            default:
                Single(field, FieldValues.Read(field, value, coerces), target);
                break;
        }
    }

    private static void Single(LeafField field, object read, MappedDocument target)
    {
        if (field.Kind == FieldKind.Keyword && ((string)read).Length > field.IgnoreAbove)
        {
            target.Ignored.Add(field.Path);
        }
        else if (field.IsIndexed || field.HasDocValues)
        {
            target.Add(field.Path, read);
        }
    }

    private static void Flattened(LeafField field, JsonElement value, MappedDocument target)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw new MalformedValueException($"Failed to parse object: expecting token of type [START_OBJECT] but found [{value.ValueKind}]", "parsing_exception");
        }

        Keys(value, "", 0);

        void Keys(JsonElement at, string key, int depth)
        {
            if (depth > FlattenedDepth)
            {
                throw new MalformedValueException($"The provided [flattened] field [{field.Path}] exceeds the maximum depth limit of [{FlattenedDepth}].");
            }

            switch (at.ValueKind)
            {
                case JsonValueKind.Object:
                    foreach (var property in at.EnumerateObject())
                    {
                        Keys(property.Value, MappingParser.Join(key, property.Name), depth + 1);
                    }

                    break;
                case JsonValueKind.Array:
                    foreach (var item in at.EnumerateArray())
                    {
                        Keys(item, key, depth);
                    }

                    break;
                case JsonValueKind.Null:
                    break;
                default:
                    var text = at.ValueKind == JsonValueKind.String ? at.GetString()! : at.GetRawText();
                    if (text.Length > field.IgnoreAbove)
                    {
                        target.Ignored.Add(field.Path);
                        break;
                    }

                    target.Add(field.Path, text);
                    target.Add(field.Path + "." + key, text);
                    break;
            }
        }
    }

    private static void Histogram(LeafField field, JsonElement value, MappedDocument target)
    {
        if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty("values", out var values) || !value.TryGetProperty("counts", out var counts))
        {
            throw new MalformedValueException("expected field called [values] and [counts]", "document_parsing_exception");
        }

        if (values.GetArrayLength() != counts.GetArrayLength())
        {
            throw new MalformedValueException($"expected same length from [values] and [counts] but got [{values.GetArrayLength()} != {counts.GetArrayLength()}]", "document_parsing_exception");
        }

        var previous = double.NegativeInfinity;
        foreach (var item in values.EnumerateArray())
        {
            var bound = item.GetDouble();
            previous = bound >= previous
                ? bound
                : throw new MalformedValueException($"values must be in increasing order, got [{item.GetRawText()}] but previous value was [{previous}]", "document_parsing_exception");
        }

        Int128 sum = 0;
        foreach (var item in counts.EnumerateArray())
        {
            sum += item.TryGetInt64(out var count) && count >= 0 ? count : throw new MalformedValueException("[counts] elements must be >= 0 but got " + item.GetRawText(), "document_parsing_exception");
        }

        target.Add(field.Path, sum);
    }

    private static void AggregateMetric(LeafField field, JsonElement value, MappedDocument target)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw new MalformedValueException($"Failed to parse object: expecting token of type [START_OBJECT] but found [{value.ValueKind}]", "parsing_exception");
        }

        var declared = field.ToJson()["metrics"]!.AsArray().Select(metric => metric!.GetValue<string>()).ToArray();
        foreach (var property in value.EnumerateObject())
        {
            if (!declared.Contains(property.Name))
            {
                throw new MalformedValueException($"Aggregate metric [{property.Name}] does not exist in the mapping of field [{field.Path}]");
            }

            target.Add(field.Path + "." + property.Name, property.Value.GetDouble());
        }

        if (declared.FirstOrDefault(metric => !value.TryGetProperty(metric, out _)) is { } missing)
        {
            throw new MalformedValueException($"Aggregate metric field [{field.Path}] must contain all metrics {missing}");
        }

        target.Add(field.Path, value.GetProperty(field.ToJson()["default_metric"]!.GetValue<string>()).GetDouble());
    }

    private static string GeoPoint(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object when value.TryGetProperty("lat", out _) && value.TryGetProperty("lon", out _) => value.GetRawText(),
        JsonValueKind.String or JsonValueKind.Array => value.GetRawText(),
        _ => throw new MalformedValueException("geo_point expected"),
    };
}
