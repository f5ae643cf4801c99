using System.Globalization;
using System.Text.Json.Nodes;
using Sluice.Standins.Elasticsearch.Http;
using Sluice.Standins.Elasticsearch.Mapping;
using Sluice.Standins.Elasticsearch.Templates;

namespace Sluice.Standins.Elasticsearch.Cluster;

/// <summary>What the nodes of a cluster agree about: indices, data streams, templates. Its owner takes the lock of the cluster.</summary>
internal sealed class ClusterState(StandinOptions options)
{
    private int _made;

    public StandinOptions Options { get; } = options;

    public StandinVersion Version => Options.Version;

    public SortedDictionary<string, StoreIndex> Indices { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, DataStream> Streams { get; } = new(StringComparer.Ordinal);

    public TemplateRegistry Templates { get; } = new(options.Version);

    /// <summary>Lifecycle policies, ingest pipelines and legacy templates: kept as they were put, by kind and name.</summary>
    public Dictionary<string, SortedDictionary<string, JsonObject>> Stored { get; } = new(StringComparer.Ordinal);

    /// <summary>The index that a write to a name goes to, made when there is none.</summary>
    /// <exception cref="ApiException">The name may not be, or may not be made.</exception>
    public (StoreIndex? Index, DataStream? Stream) ResolveForWrite(string name, bool requireAlias, bool requireStream)
    {
        if (requireAlias && !Indices.Values.Any(index => index.Aliases.Contains(name)))
        {
            throw ApiException.IndexNotFound(name, $" and [require_alias] request flag is [true] and [{name}] is not an alias");
        }

        if (Streams.TryGetValue(name, out var stream))
        {
            return (null, stream);
        }

        if (requireStream && !Indices.ContainsKey(name) && Templates.For(name) is not { MakesDataStreams: true })
        {
            throw ApiException.IndexNotFound(name, $", [require_data_stream] request flag is [true] and [{name}] is not a data stream");
        }

        if (Indices.TryGetValue(name, out var index))
        {
            return (index, null);
        }

        var behind = Indices.Values.Where(candidate => candidate.Aliases.Contains(name)).ToArray();
        if (behind.Length > 0)
        {
            return behind.Length == 1
                ? (behind[0], null)
                : throw ApiException.IllegalArgument($"no write index is defined for alias [{name}]. The write index may be explicitly disabled using is_write_index=false or the alias points to multiple indices without one being designated as a write index");
        }

        return AutoCreate(name);
    }

    public StoreIndex CreateIndex(string name, JsonObject definition)
    {
        IndexNames.Check(name);
        if (Indices.ContainsKey(name) || Streams.ContainsKey(name))
        {
            throw new ApiException(new ApiError(400, "resource_already_exists_exception", $"index [{name}] already exists") { Metadata = new() { ["index"] = name } });
        }

        var template = Templates.For(name);
        if (template is { MakesDataStreams: true })
        {
            throw ApiException.IllegalArgument($"cannot create index with name [{name}], because it matches with template [{template.Name}] that creates data streams only, use create data stream api instead");
        }

        var (settings, mapping, aliases) = Templates.Compose(template);
        settings = settings.MergedWith(IndexSettings.Read(definition["settings"], Version));
        if (definition["mappings"] is JsonObject own)
        {
            mapping = mapping.MergedWith(own);
        }

        var index = Add(name, settings, mapping);
        foreach (var (alias, _) in aliases.Concat(definition["aliases"] as JsonObject ?? []))
        {
            index.Aliases.Add(alias);
        }

        return index;
    }

    /// <summary>Makes a data stream, as its template says.</summary>
    public DataStream CreateStream(string name)
    {
        IndexNames.Check(name);
        if (Streams.ContainsKey(name) || Indices.ContainsKey(name))
        {
            throw new ApiException(new ApiError(400, "resource_already_exists_exception", $"data_stream [{name}] already exists"));
        }

        var template = Templates.For(name);
        if (template is not { MakesDataStreams: true })
        {
            throw ApiException.IllegalArgument(template is null
                ? $"no matching index template found for data stream [{name}]"
                : $"matching index template [{template.Name}] for data stream [{name}] has no data stream template");
        }

        var definition = template.Definition["data_stream"]!;
        var stream = new DataStream(name, template.Name, definition["hidden"]?.GetValue<bool>() ?? false, definition["allow_custom_routing"]?.GetValue<bool>() ?? false);
        AddBackingIndex(stream);
        Streams[name] = stream;
        return stream;
    }

    /// <summary>Adds an index to a stream, which takes what is written from now on.</summary>
    public StoreIndex AddBackingIndex(DataStream stream)
    {
        var template = Templates.For(stream.Name)
            ?? throw ApiException.IllegalArgument($"no matching index template found for data stream [{stream.Name}]");
        var (settings, mapping, _) = Templates.Compose(template);
        var now = Options.Time.GetUtcNow();
        if (settings.IsTimeSeries)
        {
            TimeSeries.SetRange(settings, stream.Indices.LastOrDefault(), now);
            if (settings.RoutingPath.Length == 0)
            {
                settings["routing_path"] = string.Join(',', TimeSeries.RoutingPath(mapping));
            }
        }

        stream.Generation++;
        var day = Version.IsOpenSearch ? "" : now.ToString("yyyy.MM.dd-", CultureInfo.InvariantCulture);
        var name = $".ds-{stream.Name}-{day}{stream.Generation.ToString("D6", CultureInfo.InvariantCulture)}";
        var index = Add(name, settings, mapping);
        index.Stream = stream;
        stream.Indices.Add(index);
        return index;
    }

    /// <summary>What a search or a refresh of an expression covers: names, patterns, aliases, and exclusions, separated by commas.</summary>
    /// <param name="expression">The expression; empty for everything.</param>
    /// <param name="ignoreUnavailable">Whether names that are not there are passed over.</param>
    /// <param name="includeHidden">Whether patterns cover hidden indices.</param>
    public IReadOnlyList<StoreIndex> Resolve(string expression, bool ignoreUnavailable = false, bool includeHidden = false)
    {
        var found = new SortedDictionary<string, StoreIndex>(StringComparer.Ordinal);
        foreach (var part in (expression is "" or "_all" ? "*" : expression).Split(','))
        {
            if (part.StartsWith('-') && found.Count > 0)
            {
                foreach (var name in Matching(part[1..], includeHidden: true).Select(index => index.Name).ToArray())
                {
                    found.Remove(name);
                }

                continue;
            }

            var matching = Matching(part, includeHidden).ToArray();
            if (matching.Length == 0 && !part.Contains('*', StringComparison.Ordinal) && !ignoreUnavailable)
            {
                throw ApiException.IndexNotFound(part);
            }

            foreach (var index in matching)
            {
                found[index.Name] = index;
            }
        }

        return [.. found.Values];
    }

    /// <summary>The one index behind a name, for calls by id. A data stream is none: its indices have to be named.</summary>
    public StoreIndex ResolveForGet(string name)
    {
        if (Indices.TryGetValue(name, out var index))
        {
            return index;
        }

        var behind = Indices.Values.Where(candidate => candidate.Aliases.Contains(name)).ToArray();
        return behind.Length switch
        {
            0 => throw ApiException.IndexNotFound(name),
            1 => behind[0],
            _ => throw ApiException.IllegalArgument($"alias [{name}] has more than one index associated with it [{string.Join(", ", behind.Select(one => one.Name))}], can't execute a single index op"),
        };
    }

    public void Delete(DataStream stream)
    {
        Streams.Remove(stream.Name);
        foreach (var index in stream.Indices)
        {
            Indices.Remove(index.Name);
        }
    }

    private (StoreIndex? Index, DataStream? Stream) AutoCreate(string name)
    {
        IndexNames.Check(name);
        var template = Templates.For(name);
        if (template?.AllowsAutoCreate != true && (template?.AllowsAutoCreate == false
            ? $" and composable template [{template.Name}] forbids index auto creation"
            : IndexNames.WhyNotCreated(name, Options.AutoCreateIndex)) is { } reason)
        {
            throw ApiException.IndexNotFound(name, reason);
        }

        return template is { MakesDataStreams: true } ? (null, CreateStream(name)) : (CreateIndex(name, []), null);
    }

    private StoreIndex Add(string name, IndexSettings settings, IndexMapping mapping)
    {
        var uuid = "standin" + (++_made).ToString("D15", CultureInfo.InvariantCulture);
        settings["uuid"] = uuid;
        settings["provided_name"] = name;
        settings["creation_date"] = Options.Time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        return Indices[name] = new StoreIndex(name, uuid, settings, mapping, Options);
    }

    private IEnumerable<StoreIndex> Matching(string part, bool includeHidden)
    {
        var isPattern = part.Contains('*', StringComparison.Ordinal);
        var covers = (string name) => isPattern ? Wildcard.Matches(part, name) : part == name;
        var ofStreams = Streams.Values.Where(stream => covers(stream.Name) && (!isPattern || !stream.IsHidden || includeHidden)).SelectMany(stream => stream.Indices);
        var direct = Indices.Values.Where(index => index.Aliases.Any(covers)
            || (covers(index.Name) && (!isPattern || !index.IsHidden || includeHidden || (part.StartsWith('.') && index.Name.StartsWith('.')))));
        return ofStreams.Concat(direct);
    }
}
