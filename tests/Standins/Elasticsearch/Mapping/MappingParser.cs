using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sluice.Standins.Elasticsearch.Http;

namespace Sluice.Standins.Elasticsearch.Mapping;

/// <summary>Reads the definitions of fields, and refuses what the product would refuse.</summary>
internal sealed class MappingParser(StandinVersion version)
{
    /// <summary>A mapping that cannot be.</summary>
    public static ApiException Wrong(string reason) => new(new ApiError(400, "mapper_parsing_exception", reason));

    /// <summary>Reads <c>properties</c> into an object.</summary>
    public void ReadProperties(ObjectField parent, JsonObject properties)
    {
        foreach (var (name, definition) in properties)
        {
            if (definition is not JsonObject fields)
            {
                throw Wrong($"Expected map for property [{name}] but got a class java.lang.String");
            }

            var target = parent;
            var rest = name;
            while (target.Subobjects != false && rest.IndexOf('.', StringComparison.Ordinal) is var dot and >= 0)
            {
                target = GetOrAddObject(target, rest[..dot]);
                rest = rest[(dot + 1)..];
            }

            if (rest.Length == 0)
            {
                throw Wrong("field name cannot be an empty string");
            }

            target.Children[rest] = Read(Join(target.Path, rest), target.IsDimensions ? AsDimension(fields) : fields, target.Subobjects);
        }
    }

    /// <summary>Reads one field.</summary>
    public MappedField Read(string path, JsonObject definition, bool? subobjects = null)
    {
        var type = definition["type"]?.GetValue<string>() ?? (definition.ContainsKey("properties") || !definition.ContainsKey("path") ? "object" : "alias");
        return type switch
        {
            "object" or "nested" => ReadObject(path, definition, type == "nested" ? ObjectKind.Nested : ObjectKind.Object, subobjects),
            "passthrough" when !version.IsOpenSearch && version.Number >= new Version(8, 13) => ReadObject(path, definition, ObjectKind.PassThrough, subobjects),
            _ => ReadLeaf(path, type, definition),
        };
    }

    /// <summary>The definition of a field below one whose fields are dimensions: it is one where its type can be.</summary>
    public static JsonObject AsDimension(JsonObject definition)
    {
        if (definition["type"]?.ToString() is not ("keyword" or "ip" or "long" or "integer" or "short" or "byte" or "unsigned_long" or "boolean"))
        {
            return definition;
        }

        var dimension = definition.DeepClone().AsObject();
        dimension["time_series_dimension"] = true;
        return dimension;
    }

    public static string Join(string parent, string name) => parent.Length == 0 ? name : parent + "." + name;

    public static DynamicMode ReadDynamic(JsonNode node) => node.ToString().ToLowerInvariant() switch
    {
        "true" => DynamicMode.True,
        "false" => DynamicMode.False,
        "strict" => DynamicMode.Strict,
        "runtime" => DynamicMode.Runtime,
        var other => throw Wrong($"Could not convert [dynamic] to boolean: Failed to parse value [{other}] as only [true] or [false] are allowed."),
    };

    private static ObjectField GetOrAddObject(ObjectField parent, string name)
    {
        if (!parent.Children.TryGetValue(name, out var child))
        {
            parent.Children[name] = child = new ObjectField(Join(parent.Path, name), ObjectKind.Object);
        }

        return child as ObjectField ?? throw ApiException.IllegalArgument($"can't merge a non object mapping [{child.Path}] with an object mapping");
    }

    private ObjectField ReadObject(string path, JsonObject definition, ObjectKind kind, bool? subobjects)
    {
        if (subobjects == false && kind != ObjectKind.PassThrough)
        {
            throw Wrong($"Tried to add subobject [{path}] to an object which does not support subobjects");
        }

        var field = new ObjectField(path, kind) { Subobjects = kind == ObjectKind.PassThrough ? false : null };
        foreach (var (name, value) in definition)
        {
            switch (name)
            {
                case "type" or "properties" or "include_in_parent" or "include_in_root" or "synthetic_source_keep":
                    break;
                case "dynamic":
                    field.Dynamic = ReadDynamic(value!);
                    break;
                case "enabled" when kind == ObjectKind.Object:
                    field.Enabled = Flag(path, name, value);
                    break;
                case "subobjects" when kind == ObjectKind.Object && !version.IsOpenSearch && version.Number >= new Version(8, 3):
                    field.Subobjects = Flag(path, name, value);
                    break;
                case "priority" when kind == ObjectKind.PassThrough:
                    field.Priority = value!.GetValue<int>();
                    break;
                case "time_series_dimension" when kind == ObjectKind.PassThrough:
                    field.IsDimensions = Flag(path, name, value);
                    break;
                default:
                    throw Wrong($"unknown parameter [{name}] on mapper [{path}] of type [{(kind == ObjectKind.Nested ? "nested" : kind == ObjectKind.PassThrough ? "passthrough" : "object")}]");
            }
        }

        if (kind == ObjectKind.PassThrough && !definition.ContainsKey("priority"))
        {
            throw Wrong($"Pass-through object [{path}] is missing a non-negative value for parameter [priority]");
        }

        if (definition["properties"] is JsonObject properties)
        {
            ReadProperties(field, properties);
        }

        return field;
    }

    private LeafField ReadLeaf(string path, string type, JsonObject definition)
    {
        if (!FieldTypes.TryGet(type, version, out var kind, out var parameters))
        {
            throw Wrong($"No handler for type [{type}] declared on field [{path[(path.LastIndexOf('.') + 1)..]}]");
        }

        foreach (var (name, _) in definition)
        {
            if (!parameters.Contains(name))
            {
                throw Wrong($"unknown parameter [{name}] on mapper [{path}] of type [{type}]");
            }
        }

        if (type == "scaled_float" && !definition.ContainsKey("scaling_factor"))
        {
            throw Wrong("Field [scaling_factor] is required");
        }

        var field = new LeafField(path, type, kind, definition)
        {
            IsIndexed = Flag(path, "index", definition["index"], otherwise: kind is not (FieldKind.Binary or FieldKind.Histogram)),
            HasDocValues = kind != FieldKind.Text && Flag(path, "doc_values", definition["doc_values"], otherwise: kind is not FieldKind.Binary),
            IgnoreAbove = definition["ignore_above"]?.GetValue<int>() ?? int.MaxValue,
            IgnoreMalformed = definition["ignore_malformed"] is { } malformed ? Flag(path, "ignore_malformed", malformed) : null,
            Coerce = definition["coerce"] is { } coerce ? Flag(path, "coerce", coerce) : null,
            Format = kind switch
            {
                FieldKind.Date => definition["format"] is { } format ? new DateFormat(format.GetValue<string>()) : DateFormat.Millis,
                FieldKind.DateNanos => definition["format"] is { } format ? new DateFormat(format.GetValue<string>()) : DateFormat.Nanos,
                _ => null,
            },
            ScalingFactor = definition["scaling_factor"] is { } factor ? double.Parse(factor.ToString(), CultureInfo.InvariantCulture) : 1,
            Constant = type == "constant_keyword" ? definition["value"]?.ToString() : null,
            AliasOf = type == "alias" ? definition["path"]?.GetValue<string>() ?? throw Wrong($"The [path] property must be specified for field [{path}].") : null,
            NullValue = definition["null_value"]?.ToString(),
            IsDimension = Flag(path, "time_series_dimension", definition["time_series_dimension"], otherwise: false),
            Metric = definition["time_series_metric"]?.GetValue<string>(),
        };
        if (field.IsDimension && kind is FieldKind.Keyword && field.IgnoreAbove != int.MaxValue && version.Number < new Version(8, 14))
        {
            throw Wrong($"Field [ignore_above] cannot be set in conjunction with field [time_series_dimension]");
        }

        foreach (var (name, value) in definition["fields"] as JsonObject ?? [])
        {
            field.Fields[name] = Read(Join(path, name), value!.AsObject()) as LeafField
                ?? throw Wrong($"Type [object] cannot be used in multi field");
        }

        return field;
    }

    private static bool Flag(string path, string name, JsonNode? node, bool otherwise = true) => node?.GetValueKind() switch
    {
        null => otherwise,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String when bool.TryParse(node.GetValue<string>(), out var value) => value,
        _ => throw Wrong($"Failed to parse mapping: Failed to parse value [{node}] of [{name}] on [{path}] as only [true] or [false] are allowed."),
    };
}
