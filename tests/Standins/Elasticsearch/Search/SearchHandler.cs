using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sluice.Standins.Elasticsearch.Cluster;
using Sluice.Standins.Elasticsearch.Http;
using Sluice.Standins.Elasticsearch.Mapping;

namespace Sluice.Standins.Elasticsearch.Search;

/// <summary>Searches and counts. They see what was written before the last refresh.</summary>
internal sealed class SearchHandler(ClusterState state)
{
    private const int MaxResultWindow = 10_000;

    private static readonly string[] Unmodelled = ["highlight", "suggest", "rescore", "collapse", "runtime_mappings", "script_fields", "knn", "pit", "slice", "post_filter", "indices_boost", "retriever"];

    public ApiAnswer Search(ApiRequest request, string expression)
    {
        request.Allow("size", "from", "q", "sort", "ignore_unavailable", "allow_no_indices", "expand_wildcards", "track_total_hits", "rest_total_hits_as_int", "_source", "_source_includes", "_source_excludes", "preference", "request_cache", "batched_reduce_size", "ccs_minimize_roundtrips", "max_concurrent_shard_requests", "typed_keys", "routing", "ignore_throttled", "enable_fields_emulation");
        return ApiAnswer.Of(Search(request, expression, request.JsonOrEmpty()));
    }

    public ApiAnswer Multi(ApiRequest request, string expression)
    {
        var lines = System.Text.Encoding.UTF8.GetString(request.Body).Split('\n');
        if (lines[^1].Length > 0)
        {
            throw ApiException.IllegalArgument("The msearch request must be terminated by a newline [\\n]");
        }

        var responses = new JsonArray();
        for (var i = 0; i + 1 < lines.Length; i += 2)
        {
            var header = lines[i].Length == 0 ? JsonElement.Parse("{}"u8) : JsonElement.Parse(lines[i]);
            var indices = !header.TryGetProperty("index", out var index) ? expression
                : index.ValueKind == JsonValueKind.Array ? string.Join(',', index.EnumerateArray().Select(one => one.GetString()))
                : index.GetString()!;
            try
            {
                var found = Search(request, indices, JsonElement.Parse(lines[i + 1]));
                found["status"] = 200;
                responses.Add((JsonNode)found);
            }
            catch (ApiException exception)
            {
                responses.Add((JsonNode)exception.Error.ToBody());
            }
        }

        return ApiAnswer.Of(new JsonObject { ["took"] = 0, ["responses"] = responses });
    }

    public ApiAnswer Count(ApiRequest request, string expression)
    {
        var body = request.JsonOrEmpty();
        foreach (var property in body.EnumerateObject())
        {
            if (property.Name != "query")
            {
                throw ApiException.Parsing($"request does not support [{property.Name}]");
            }
        }

        var indices = Resolve(request, expression);
        return ApiAnswer.Of(new JsonObject { ["count"] = Find(indices, body).Count, ["_shards"] = Shards(indices.Count) });
    }

    public ApiAnswer FieldCapabilities(ApiRequest request, string expression)
    {
        var indices = Resolve(request, expression);
        var patterns = (request.Parameter("fields") ?? "*").Split(',');
        var fields = new JsonObject();
        foreach (var index in indices)
        {
            foreach (var leaf in index.Mapping.AllLeaves.SelectMany(leaf => leaf.Fields.Values.Prepend(leaf)).Where(leaf => patterns.Any(pattern => Wildcard.Matches(pattern, leaf.Path))))
            {
                var types = fields[leaf.Path] as JsonObject ?? (JsonObject)(fields[leaf.Path] = new JsonObject());
                var type = leaf.Type is "constant_keyword" or "wildcard" or "counted_keyword" ? "keyword" : leaf.Type is "match_only_text" or "pattern_text" ? "text" : leaf.Type;
                types[type] = new JsonObject
                {
                    ["type"] = type,
                    ["metadata_field"] = false,
                    ["searchable"] = leaf.IsIndexed || leaf.HasDocValues,
                    ["aggregatable"] = leaf.HasDocValues,
                };
            }
        }

        return ApiAnswer.Of(new JsonObject { ["indices"] = new JsonArray([.. indices.Select(index => (JsonNode)index.Name)]), ["fields"] = fields });
    }

    private JsonObject Search(ApiRequest request, string expression, JsonElement body)
    {
        foreach (var property in body.EnumerateObject())
        {
            if (Unmodelled.Contains(property.Name))
            {
                throw ApiException.NotModelled($"the part [{property.Name}] of searches");
            }

            if (property.Name is not ("query" or "size" or "from" or "sort" or "search_after" or "aggs" or "aggregations" or "_source" or "fields" or "docvalue_fields" or "stored_fields" or "track_total_hits" or "timeout" or "version" or "seq_no_primary_term" or "track_scores" or "min_score" or "terminate_after" or "profile" or "explain" or "stats"))
            {
                throw ApiException.Parsing($"Unknown key for a {property.Value.ValueKind} in [{property.Name}].");
            }
        }

        var indices = Resolve(request, expression);
        var size = Number(request, body, "size", 10);
        var from = Number(request, body, "from", 0);
        if (from + size > MaxResultWindow)
        {
            throw new ApiException(new ApiError(400, "illegal_argument_exception", $"Result window is too large, from + size must be less than or equal to: [{MaxResultWindow}] but was [{from + size}]. See the scroll api for a more efficient way to request large data sets. This limit can be set by changing the [index.max_result_window] index level setting.") { IsOfSearch = true });
        }

        var sorts = Sorts(request, body);
        foreach (var sort in sorts)
        {
            foreach (var index in indices)
            {
                sort.Check(index);
            }
        }

        var found = Find(indices, body, request.Parameter("q"));
        var hits = Page(found, sorts, indices, body, from, size);
        var json = new JsonObject { ["took"] = 0, ["timed_out"] = false, ["_shards"] = Shards(indices.Count), ["hits"] = Hits(request, body, found.Count, hits, sorts) };
        if (body.TryGetProperty("aggs", out var aggregations) || body.TryGetProperty("aggregations", out aggregations))
        {
            json["aggregations"] = new Aggregator(indices, state.Options.Time.GetUtcNow()).Run(aggregations, found);
        }

        return json;
    }

    private IReadOnlyList<StoreIndex> Resolve(ApiRequest request, string expression)
    {
        var wildcards = request.Parameter("expand_wildcards") ?? "";
        var indices = state.Resolve(expression, request.Flag("ignore_unavailable"), includeHidden: wildcards.Contains("all", StringComparison.Ordinal) || wildcards.Contains("hidden", StringComparison.Ordinal));
        return indices.Count > 0 || request.Flag("allow_no_indices", otherwise: true) ? indices : throw ApiException.IndexNotFound(expression);
    }

    private List<Candidate> Find(IReadOnlyList<StoreIndex> indices, JsonElement body, string? text = null)
    {
        var found = new List<Candidate>();
        foreach (var index in indices)
        {
            var query = text is not null ? JsonSerializer.SerializeToElement(new { query_string = new { query = text } })
                : body.TryGetProperty("query", out var given) ? given
                : JsonElement.Parse("""{"match_all":{}}"""u8);
            var matches = new QueryCompiler(index, state.Options.Time.GetUtcNow()).Compile(query);
            found.AddRange(index.Visible.Select(document => new Candidate(index, document)).Where(matches));
        }

        return found;
    }

    private static IReadOnlyList<Sorting> Sorts(ApiRequest request, JsonElement body)
    {
        if (request.Parameter("sort") is { } parameter)
        {
            return Sorting.Read(JsonSerializer.SerializeToElement(parameter.Split(',').Select(part => part.Split(':'))
                .Select(part => new Dictionary<string, object> { [part[0]] = new { order = part.Length > 1 ? part[1] : "asc" } })));
        }

        return body.TryGetProperty("sort", out var sort) ? Sorting.Read(sort) : [];
    }

    private static List<(Candidate Hit, object?[] Keys)> Page(List<Candidate> found, IReadOnlyList<Sorting> sorts, IReadOnlyList<StoreIndex> indices, JsonElement body, int from, int size)
    {
        var keyed = found.Select(candidate => (Hit: candidate, Keys: sorts.Select(sort => sort.Of(candidate)).ToArray())).ToList();
        if (sorts.Count > 0)
        {
            keyed = [.. keyed.Order(Comparer<(Candidate Hit, object?[] Keys)>.Create((left, right) => Compare(sorts, left.Keys, right.Keys)))];
        }

        if (body.TryGetProperty("search_after", out var after))
        {
            if (after.GetArrayLength() != sorts.Count)
            {
                throw new ApiException(new ApiError(400, "illegal_argument_exception", $"search_after has {after.GetArrayLength()} value(s) but sort has {sorts.Count}.") { IsOfSearch = true });
            }

            var limit = after.EnumerateArray().Select((value, i) => sorts[i].FromJson(value, indices)).ToArray();
            keyed = [.. keyed.Where(hit => Compare(sorts, hit.Keys, limit) > 0)];
        }

        return [.. keyed.Skip(from).Take(size)];
    }

    private static int Compare(IReadOnlyList<Sorting> sorts, object?[] left, object?[] right)
    {
        for (var i = 0; i < sorts.Count; i++)
        {
            if (sorts[i].Compare(left[i], right[i]) is var order and not 0)
            {
                return order;
            }
        }

        return 0;
    }

    private static JsonObject Hits(ApiRequest request, JsonElement body, int total, List<(Candidate Hit, object?[] Keys)> hits, IReadOnlyList<Sorting> sorts)
    {
        var json = new JsonObject();
        var tracked = request.Parameter("track_total_hits") ?? (body.TryGetProperty("track_total_hits", out var given) ? given.ToString().ToLowerInvariant() : MaxResultWindow.ToString(CultureInfo.InvariantCulture));
        if (tracked != "false")
        {
            var limit = tracked == "true" ? int.MaxValue : int.Parse(tracked, CultureInfo.InvariantCulture);
            json["total"] = request.Flag("rest_total_hits_as_int")
                ? total
                : new JsonObject { ["value"] = Math.Min(total, limit), ["relation"] = total > limit ? "gte" : "eq" };
        }

        json["max_score"] = sorts.Count == 0 && total > 0 ? 1.0 : null;
        json["hits"] = new JsonArray([.. hits.Select(hit => (JsonNode)Hit(request, body, hit, sorts))]);
        return json;
    }

    private static JsonObject Hit(ApiRequest request, JsonElement body, (Candidate Hit, object?[] Keys) hit, IReadOnlyList<Sorting> sorts)
    {
        var (candidate, keys) = hit;
        var json = new JsonObject { ["_index"] = candidate.Index.Name, ["_id"] = candidate.Document.Id, ["_score"] = sorts.Count == 0 ? 1.0 : null };
        if (body.TryGetProperty("seq_no_primary_term", out var wanted) && wanted.GetBoolean())
        {
            json["_seq_no"] = candidate.Document.SequenceNumber;
            json["_primary_term"] = 1;
        }

        if (candidate.Values.Ignored.Count > 0)
        {
            json["_ignored"] = new JsonArray([.. candidate.Values.Ignored.Select(name => (JsonNode)name)]);
        }

        var filter = request.Parameter("_source") is { } parameter ? JsonSerializer.SerializeToElement(parameter) : body.TryGetProperty("_source", out var given) ? given : default;
        if (SourceFilter.Apply(candidate.Document.Source, filter) is { } source)
        {
            json["_source"] = source;
        }

        if (body.TryGetProperty("fields", out var fields) || body.TryGetProperty("docvalue_fields", out fields))
        {
            json["fields"] = Fields(candidate, fields);
        }

        if (sorts.Count > 0)
        {
            json["sort"] = new JsonArray([.. keys.Select((key, i) => sorts[i].ToJson(candidate, key))]);
        }

        return json;
    }

    private static JsonObject Fields(Candidate candidate, JsonElement wanted)
    {
        var patterns = wanted.EnumerateArray().Select(one => one.ValueKind == JsonValueKind.Object ? one.GetProperty("field").GetString()! : one.GetString()!).ToArray();
        var json = new JsonObject();
        foreach (var (path, values) in candidate.Values.Values)
        {
            if (patterns.Any(pattern => Wildcard.Matches(pattern, path)) && candidate.Index.Mapping.Resolve(path) is { } field)
            {
                json[path] = new JsonArray([.. values.Select(value => Display.Of(field.Field, value))]);
            }
        }

        return json;
    }

    private static int Number(ApiRequest request, JsonElement body, string name, int otherwise)
    {
        var number = (int?)request.Number(name) ?? (body.TryGetProperty(name, out var given) ? given.GetInt32() : otherwise);
        return number >= 0 ? number : throw ApiException.IllegalArgument($"[{name}] parameter cannot be negative, found [{number}]");
    }

    private static JsonObject Shards(int count) => new() { ["total"] = count, ["successful"] = count, ["skipped"] = 0, ["failed"] = 0 };
}
