using System.Text.Json.Nodes;
using Sluice.Standins.Elasticsearch.Http;

namespace Sluice.Standins.Elasticsearch.Mapping;

/// <summary>The mapping of one index: its fields, and how new ones are added.</summary>
internal sealed class IndexMapping
{
    private static readonly string[] RootKeys =
    [
        "properties", "dynamic", "dynamic_templates", "date_detection", "numeric_detection", "dynamic_date_formats", "_source", "_routing", "_meta",
        "_data_stream_timestamp", "subobjects", "runtime", "enabled", "_doc_count",
    ];

    private readonly MappingParser _parser;
    private readonly JsonObject _other = [];

    /// <summary>Reads a mapping.</summary>
    /// <exception cref="ApiException">It cannot be.</exception>
    public IndexMapping(StandinVersion version, JsonObject definition)
    {
        Version = version;
        _parser = new MappingParser(version);
        foreach (var (key, value) in definition)
        {
            if (!RootKeys.Contains(key))
            {
                throw MappingParser.Wrong($"Failed to parse mapping: Root mapping definition has unsupported parameters:  [{key} : {value?.ToJsonString()}]");
            }

            if (key is not ("properties" or "dynamic" or "subobjects" or "enabled"))
            {
                _other[key] = value?.DeepClone();
            }
        }

        Root.Dynamic = definition["dynamic"] is { } dynamic ? MappingParser.ReadDynamic(dynamic) : null;
        Root.Subobjects = definition["subobjects"]?.GetValue<bool>();
        Root.Enabled = definition["enabled"]?.GetValue<bool>() ?? true;
        DateDetection = definition["date_detection"]?.GetValue<bool>() ?? true;
        NumericDetection = definition["numeric_detection"]?.GetValue<bool>() ?? false;
        foreach (var template in definition["dynamic_templates"] as JsonArray ?? [])
        {
            var (name, body) = template!.AsObject().Single();
            Templates.Add(new DynamicTemplate(name, body!.AsObject()));
        }

        if (definition["properties"] is JsonObject properties)
        {
            _parser.ReadProperties(Root, properties);
        }

        foreach (var alias in Leaves(Root).Where(leaf => leaf.AliasOf is not null))
        {
            if (Find(alias.AliasOf!) is null or LeafField { AliasOf: not null })
            {
                throw MappingParser.Wrong($"Invalid [path] value [{alias.AliasOf}] for field alias [{alias.Path}]: an alias must refer to an existing field in the mappings.");
            }
        }
    }

    public StandinVersion Version { get; }

    public ObjectField Root { get; } = new("", ObjectKind.Object);

    public List<DynamicTemplate> Templates { get; } = [];

    public bool DateDetection { get; }

    public bool NumericDetection { get; }

    /// <summary>How many fields there are, objects counted.</summary>
    public int FieldCount => Count(Root) - 1;

    /// <summary>All fields that hold values, without those for other ways to index them.</summary>
    public IEnumerable<LeafField> AllLeaves => Leaves(Root);

    public JsonObject ToJson()
    {
        var json = _other.DeepClone().AsObject();
        foreach (var (key, value) in Root.ToJson())
        {
            json[key] = value?.DeepClone();
        }

        return json;
    }

    /// <summary>Adds a field, and the objects on the way to it.</summary>
    public MappedField Add(ObjectField parent, string name, JsonObject definition) => parent.Children[name] = _parser.Read(MappingParser.Join(parent.Path, name), definition, parent.Subobjects);

    /// <summary>A field by its full name in documents; null when it is not mapped.</summary>
    public MappedField? Find(string path)
    {
        var at = Root;
        var rest = path;
        while (true)
        {
            if (at.Children.TryGetValue(rest, out var found))
            {
                return found;
            }

            MappedField? next = null;
            for (var dot = rest.IndexOf('.', StringComparison.Ordinal); dot >= 0 && next is null; dot = rest.IndexOf('.', dot + 1))
            {
                if (at.Children.TryGetValue(rest[..dot], out next))
                {
                    rest = rest[(dot + 1)..];
                    break;
                }
            }

            switch (next)
            {
                case null:
                    return null;
                case LeafField leaf:
                    return leaf.Fields.GetValueOrDefault(rest);
                default:
                    at = (ObjectField)next;
                    break;
            }
        }
    }

    /// <summary>
    /// A field by the name that a search uses: also an alias, a key inside a flattened field, and a field of a passed-through object without that object's
    /// name.
    /// </summary>
    /// <returns>The field and the key inside of it; null when a search finds nothing under that name.</returns>
    public (LeafField Field, string? Key)? Resolve(string name)
    {
        if (Find(name) is LeafField direct)
        {
            return direct.AliasOf is { } target ? Resolve(target) : (direct, null);
        }

        for (var dot = name.LastIndexOf('.'); dot > 0; dot = name.LastIndexOf('.', dot - 1))
        {
            if (Find(name[..dot]) is LeafField { Kind: FieldKind.Flattened } flattened)
            {
                return (flattened, name[(dot + 1)..]);
            }
        }

        // A field of its own has precedence over those that are passed through.
        if (Find(name) is not null)
        {
            return null;
        }

        foreach (var passThrough in PassThroughs(Root).OrderByDescending(field => field.Priority))
        {
            if (Find(passThrough.Path + "." + name) is LeafField passed)
            {
                return (passed, null);
            }
        }

        return null;
    }

    /// <summary>Merges another definition into this one, as an update of an index's mapping does.</summary>
    public IndexMapping MergedWith(JsonObject update)
    {
        var merged = new IndexMapping(Version, MappingMerge.Merge(ToJson(), update));
        foreach (var leaf in AllLeaves)
        {
            if (merged.Find(leaf.Path) is LeafField other && other.Type != leaf.Type)
            {
                throw ApiException.IllegalArgument($"mapper [{leaf.Path}] cannot be changed from type [{leaf.Type}] to [{other.Type}]");
            }
        }

        return merged;
    }

    private static IEnumerable<LeafField> Leaves(ObjectField parent) =>
        parent.Children.Values.SelectMany(child => child is LeafField leaf ? [leaf] : Leaves((ObjectField)child));

    private static IEnumerable<ObjectField> PassThroughs(ObjectField parent) =>
        parent.Children.Values.OfType<ObjectField>().SelectMany(child => PassThroughs(child).Concat(child.Kind == ObjectKind.PassThrough ? [child] : []));

    private static int Count(MappedField field) => field switch
    {
        ObjectField fields => 1 + fields.Children.Values.Sum(Count),
        LeafField leaf => 1 + leaf.Fields.Count,
        _ => 0,
    };
}
