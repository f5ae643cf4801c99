using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sluice.Standins.Elasticsearch.Http;

namespace Sluice.Standins.Elasticsearch.Mapping;

/// <summary>Fits documents into a mapping, and adds the fields that it lets be added.</summary>
internal sealed class DocumentMapper
{
    private static readonly string[] MetadataFields = ["_id", "_index", "_source", "_type", "_version", "_seq_no", "_routing", "_field_names", "_ignored", "_tsid"];

    private readonly IndexMapping _mapping;
    private readonly DocumentMapperSettings _settings;
    private readonly string? _id;
    private readonly IReadOnlyDictionary<string, string> _templates;
    private readonly bool _adds;
    private readonly List<(ObjectField Parent, string Name)> _added = [];

    private DocumentMapper(IndexMapping mapping, DocumentMapperSettings settings, string? id, IReadOnlyDictionary<string, string>? templates, bool adds)
    {
        _mapping = mapping;
        _settings = settings;
        _id = id;
        _templates = templates ?? new Dictionary<string, string>();
        _adds = adds;
    }

    /// <summary>Checks a document that is to be written, and adds its new fields to the mapping.</summary>
    /// <param name="mapping">Where fields are added, unless the document is refused.</param>
    /// <param name="settings">Limits of the index.</param>
    /// <param name="id">Named in errors; null for a time series.</param>
    /// <param name="templates">Names of dynamic templates by the fields that shall be made with them.</param>
    /// <param name="document">The document.</param>
    /// <exception cref="ApiException">It does not fit.</exception>
    public static MappedDocument Write(
        IndexMapping mapping, DocumentMapperSettings settings, string? id, IReadOnlyDictionary<string, string>? templates, JsonElement document)
    {
        var mapper = new DocumentMapper(mapping, settings, id, templates, adds: true);
        try
        {
            return mapper.Map(document);
        }
        catch
        {
            for (var i = mapper._added.Count - 1; i >= 0; i--)
            {
                mapper._added[i].Parent.Children.Remove(mapper._added[i].Name);
            }

            throw;
        }
    }

    /// <summary>Reads the values of a document that was written.</summary>
    public static MappedDocument Read(IndexMapping mapping, DocumentMapperSettings settings, JsonElement document) =>
        new DocumentMapper(mapping, settings, null, null, adds: false).Map(document);

    private MappedDocument Map(JsonElement document)
    {
        var mapped = new MappedDocument();
        if (_mapping.Root.Enabled)
        {
            Object(_mapping.Root, _mapping.Root.Dynamic ?? DynamicMode.True, _mapping.Root.Subobjects ?? true, document, mapped);
        }

        foreach (var constant in _mapping.AllLeaves.Where(leaf => leaf.Constant is not null))
        {
            mapped.Values[constant.Path] = [constant.Constant!];
        }

        return mapped;
    }

    private void Object(ObjectField parent, DynamicMode mode, bool subobjects, JsonElement value, MappedDocument target)
    {
        foreach (var property in value.EnumerateObject())
        {
            if (parent.Path.Length == 0 && MetadataFields.Contains(property.Name))
            {
                throw Error($"Field [{property.Name}] is a metadata field and cannot be added inside a document. Use the index API request parameters.");
            }

            Check(property.Name, subobjects);
            Property(parent, mode, subobjects, property.Name, property.Value, target);
        }
    }

    private void Check(string name, bool subobjects)
    {
        if (name.Length == 0)
        {
            throw Error("field name cannot be an empty string");
        }

        if (string.IsNullOrWhiteSpace(name))
        {
            throw Error($"field name cannot contain only whitespace: [{name}]");
        }

        if (subobjects && name.Contains('.', StringComparison.Ordinal))
        {
            if (name.StartsWith('.') || name.EndsWith('.'))
            {
                throw Error($"field name starting or ending with a [.] makes object resolution ambiguous: [{name}]");
            }

            if (name.Split('.').Any(string.IsNullOrWhiteSpace))
            {
                throw Error($"field name cannot contain only whitespace: ['{name}']");
            }
        }
    }

    private void Property(ObjectField parent, DynamicMode mode, bool subobjects, string name, JsonElement value, MappedDocument target)
    {
        if (!parent.Children.TryGetValue(name, out var child))
        {
            var dot = name.IndexOf('.', StringComparison.Ordinal);
            if (subobjects && dot > 0)
            {
                if (Child(parent, mode, name[..dot]) is { } next)
                {
                    Into(next, mode, subobjects, name[(dot + 1)..], value, target);
                }

                return;
            }

            // Without objects below it, an object is its fields with longer names, unless a template makes one field of it.
            if (!subobjects && value.ValueKind == JsonValueKind.Object && !_mapping.Templates.Exists(template => template.Matches(MappingParser.Join(parent.Path, name), "object")))
            {
                foreach (var property in value.EnumerateObject())
                {
                    Property(parent, mode, subobjects, name + "." + property.Name, property.Value, target);
                }

                return;
            }

            child = Unmapped(parent, mode, name, value);
        }

        switch (child)
        {
            case LeafField leaf:
                Leaf(leaf, value, target);
                break;
            case ObjectField field:
                Values(field, mode, subobjects, value, target);
                break;
        }
    }

    /// <summary>The object behind the first part of a name with dots: added where that is allowed, null where it is ignored.</summary>
    private ObjectField? Child(ObjectField parent, DynamicMode mode, string name)
    {
        if (!parent.Children.TryGetValue(name, out var child))
        {
            child = Unmapped(parent, mode, name, JsonElement.Parse("{}"u8));
        }

        return child switch
        {
            null => null,
            ObjectField field => field,
            _ => throw Error(child as LeafField is { } leaf ? $"failed to parse field [{leaf.Path}] of type [{leaf.Type}] in document with id '{_id}'." : ""),
        };
    }

    private void Into(ObjectField field, DynamicMode mode, bool subobjects, string name, JsonElement value, MappedDocument target)
    {
        if (!field.Enabled)
        {
            return;
        }

        if (field.Kind == ObjectKind.Nested)
        {
            var nested = new MappedDocument();
            Property(field, field.Dynamic ?? mode, field.Subobjects ?? subobjects, name, value, nested);
            AddNested(target, field.Path, nested);
            return;
        }

        Property(field, field.Dynamic ?? mode, field.Subobjects ?? subobjects, name, value, target);
    }

    private void Values(ObjectField field, DynamicMode mode, bool subobjects, JsonElement value, MappedDocument target)
    {
        switch (value.ValueKind)
        {
            case var _ when !field.Enabled:
            case JsonValueKind.Null:
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    Values(field, mode, subobjects, item, target);
                }

                break;
            case JsonValueKind.Object when field.Kind == ObjectKind.Nested:
                var nested = new MappedDocument();
                Object(field, field.Dynamic ?? mode, field.Subobjects ?? subobjects, value, nested);
                AddNested(target, field.Path, nested);
                break;
            case JsonValueKind.Object:
                Object(field, field.Dynamic ?? mode, field.Subobjects ?? subobjects, value, target);
                break;
            default:
                throw Error($"object mapping for [{field.Path}] tried to parse field [{field.Path[(field.Path.LastIndexOf('.') + 1)..]}] as object, but found a concrete value");
        }
    }

    private static void AddNested(MappedDocument target, string path, MappedDocument nested)
    {
        if (!target.Nested.TryGetValue(path, out var documents))
        {
            target.Nested[path] = documents = [];
        }

        documents.Add(nested);
    }

    /// <summary>What becomes of a field that is not mapped: a new one, or null where it is left out.</summary>
    private MappedField? Unmapped(ObjectField parent, DynamicMode mode, string name, JsonElement value)
    {
        var path = MappingParser.Join(parent.Path, name);
        if (!_adds || mode == DynamicMode.False)
        {
            return null;
        }

        if (mode == DynamicMode.Strict)
        {
            throw new ApiException(new ApiError(
                400, "strict_dynamic_mapping_exception",
                $"mapping set to strict, dynamic introduction of [{name}] within [{(parent.Path.Length == 0 ? "_doc" : parent.Path)}] is not allowed"));
        }

        if (Representative(value) is not { } sample)
        {
            return null;
        }

        var type = DetectedType(sample);
        var (definition, isRuntime) = DefinitionFor(parent, path, type);
        if (_mapping.FieldCount >= _settings.TotalFieldsLimit)
        {
            return _settings.IgnoresDynamicBeyondLimit ? null : throw Error($"Limit of total fields [{_settings.TotalFieldsLimit.ToString(CultureInfo.InvariantCulture)}] has been exceeded while adding new fields [1]", "illegal_argument_exception");
        }

        if (path.Split('.').Length > _settings.DepthLimit && parent.Subobjects != false)
        {
            throw Error($"Limit of mapping depth [{_settings.DepthLimit.ToString(CultureInfo.InvariantCulture)}] has been exceeded due to object field [{parent.Path}]", "illegal_argument_exception");
        }

        _added.Add((parent, name));
        if (mode == DynamicMode.Runtime || isRuntime)
        {
            FieldTypes.TryGet(type == "string" ? "keyword" : type, _mapping.Version, out var kind, out _);
            return type == "object"
                ? _mapping.Add(parent, name, definition)
                : parent.Children[name] = new LeafField(path, type == "string" ? "keyword" : type, kind, definition)
                {
                    IsRuntime = true,
                    Format = kind == FieldKind.Date ? DateFormat.Millis : null,
                };
        }

        return _mapping.Add(parent, name, definition);
    }

    private (JsonObject Definition, bool IsRuntime) DefinitionFor(ObjectField parent, string path, string type)
    {
        DynamicTemplate? template;
        if (_templates.TryGetValue(path, out var wanted))
        {
            template = _mapping.Templates.FirstOrDefault(candidate => candidate.Name == wanted)
                ?? throw Error($"Can't find dynamic template for dynamic template name [{wanted}] of field [{path}]");
        }
        else
        {
            template = _mapping.Templates.FirstOrDefault(candidate => candidate.Matches(path, type));
        }

        var definition = template?.MappingFor(path, type) ?? type switch
        {
            "string" => new JsonObject { ["type"] = "text", ["fields"] = new JsonObject { ["keyword"] = new JsonObject { ["type"] = "keyword", ["ignore_above"] = 256 } } },
            "double" => new JsonObject { ["type"] = "float" },
            "object" => new JsonObject { ["type"] = "object" },
            _ => new JsonObject { ["type"] = type },
        };
        return (parent.IsDimensions ? MappingParser.AsDimension(definition) : definition, template?.IsRuntime ?? false);
    }

    /// <summary>The first value that says something about its type; null when there is none.</summary>
    private static JsonElement? Representative(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.Array => value.EnumerateArray().Select(Representative).FirstOrDefault(found => found is not null),
        _ => value,
    };

    private string DetectedType(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Number => value.GetRawText().AsSpan().IndexOfAny(".eE") >= 0 ? "double" : "long",
        _ when _mapping.DateDetection && IsDate(value.GetString()!) => "date",
        _ when _mapping.NumericDetection && long.TryParse(value.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) => "long",
        _ when _mapping.NumericDetection && double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out _) => "double",
        _ => "string",
    };

    private static bool IsDate(string text) => text.Contains('-', StringComparison.Ordinal) && new DateFormat("strict_date_optional_time").TryParse(text, out _);

    private void Leaf(LeafField field, JsonElement value, MappedDocument target)
    {
        if (field.AliasOf is not null)
        {
            throw Error($"Cannot write to a field alias [{field.Path}].");
        }

        try
        {
            LeafValues.Add(field, value, target, field.Coerce ?? _settings.Coerces);
        }
        catch (MalformedValueException) when ((field.IgnoreMalformed ?? _settings.IgnoresMalformed) && field.Kind is not (FieldKind.Keyword or FieldKind.Text or FieldKind.Flattened or FieldKind.Binary))
        {
            target.Ignored.Add(field.Path);
        }
        catch (MalformedValueException exception)
        {
            var preview = value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();
            throw new ApiException(new ApiError(
                400, _mapping.Version.ParsingException,
                $"failed to parse field [{field.Path}] of type [{field.Type}] in document with id '{_id}'. Preview of field's value: '{preview}'")
            {
                CausedBy = new ApiError(400, exception.Type, exception.Message),
            });
        }

        foreach (var (_, other) in field.Fields)
        {
            Leaf(other, value, target);
        }
    }

    private ApiException Error(string reason, string cause = "illegal_argument_exception") => new(new ApiError(400, _mapping.Version.ParsingException, $"failed to parse: {reason}")
    {
        CausedBy = new ApiError(400, cause, reason),
    });
}
