using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sluice.Standins.Elasticsearch.Cluster;
using Sluice.Standins.Elasticsearch.Http;
using Sluice.Standins.Elasticsearch.Mapping;

namespace Sluice.Standins.Elasticsearch.Search;

/// <summary>The aggregations that dashboards use, over all documents that a search found; figures are exact where the product approximates.</summary>
internal sealed class Aggregator(IReadOnlyList<StoreIndex> indices, DateTimeOffset now)
{
    private const int MostBuckets = 65_536;

    /// <summary>Runs aggregations by name.</summary>
    public JsonObject Run(JsonElement aggregations, IReadOnlyList<Candidate> found)
    {
        var json = new JsonObject();
        foreach (var named in aggregations.EnumerateObject())
        {
            var inner = default(JsonElement);
            var kind = default(JsonProperty?);
            foreach (var property in named.Value.EnumerateObject())
            {
                switch (property.Name)
                {
                    case "aggs" or "aggregations":
                        inner = property.Value;
                        break;
                    case "meta":
                        break;
                    default:
                        kind = kind is null ? property : throw ApiException.Parsing($"Found two aggregation type definitions in [{named.Name}]: [{kind.Value.Name}] and [{property.Name}]");
                        break;
                }
            }

            json[named.Name] = One(kind ?? throw ApiException.Parsing($"Missing definition for aggregation [{named.Name}]"), inner, found);
        }

        return json;
    }

    private JsonObject One(JsonProperty aggregation, JsonElement inner, IReadOnlyList<Candidate> found)
    {
        var body = aggregation.Value;
        switch (aggregation.Name)
        {
            case "terms":
                return Terms(body, inner, found);
            case "date_histogram":
                return DateHistogram(body, inner, found);
            case "histogram":
                return Histogram(body, inner, found);
            case "filter":
                return Bucket([], inner, Filter(body, found));
            case "filters":
                var buckets = new JsonObject();
                foreach (var filter in body.GetProperty("filters").EnumerateObject())
                {
                    buckets[filter.Name] = Bucket([], inner, Filter(filter.Value, found));
                }

                return new JsonObject { ["buckets"] = buckets };
            case "missing":
                var name = FieldOf(body);
                return Bucket([], inner, [.. found.Where(candidate => candidate.Of(name).Count == 0)]);
            case "global":
                throw ApiException.NotModelled("the aggregation [global]");
            case "cardinality":
                return new JsonObject { ["value"] = Values(body, found, anyType: true).Distinct().Count() };
            case "value_count":
                return new JsonObject { ["value"] = Values(body, found, anyType: true).Count };
            case "min" or "max" or "sum" or "avg":
                return Metric(aggregation.Name, body, found);
            case "stats":
                var numbers = Numbers(body, found);
                return new JsonObject
                {
                    ["count"] = numbers.Length,
                    ["min"] = numbers.Length == 0 ? null : numbers.Min(),
                    ["max"] = numbers.Length == 0 ? null : numbers.Max(),
                    ["avg"] = numbers.Length == 0 ? null : numbers.Average(),
                    ["sum"] = numbers.Sum(),
                };
            case "percentiles":
                return Percentiles(body, found);
            case "top_hits":
                var hits = found.Take(body.TryGetProperty("size", out var size) ? size.GetInt32() : 3)
                    .Select(candidate => (JsonNode)new JsonObject { ["_index"] = candidate.Index.Name, ["_id"] = candidate.Document.Id, ["_score"] = 1.0, ["_source"] = JsonNode.Parse(candidate.Document.Source) });
                return new JsonObject
                {
                    ["hits"] = new JsonObject { ["total"] = new JsonObject { ["value"] = found.Count, ["relation"] = "eq" }, ["max_score"] = 1.0, ["hits"] = new JsonArray([.. hits]) },
                };
            default:
                throw ApiException.NotModelled($"the aggregation [{aggregation.Name}]");
        }
    }

    private JsonObject Terms(JsonElement body, JsonElement inner, IReadOnlyList<Candidate> found)
    {
        var name = FieldOf(body);
        var field = Check(name);
        var size = body.TryGetProperty("size", out var wanted) ? wanted.GetInt32() : 10;
        var groups = new Dictionary<object, List<Candidate>>();
        foreach (var candidate in found)
        {
            foreach (var value in ValuesOf(candidate, name).Distinct())
            {
                if (!groups.TryGetValue(value, out var group))
                {
                    groups[value] = group = [];
                }

                group.Add(candidate);
            }
        }

        var buckets = groups.Select(group => (group.Key, Json: Bucket(KeyOf(field, group.Key), inner, group.Value))).ToList();
        buckets.Sort(Order(body));
        return new JsonObject
        {
            ["doc_count_error_upper_bound"] = 0,
            ["sum_other_doc_count"] = buckets.Skip(size).Sum(bucket => bucket.Json["doc_count"]!.GetValue<int>()),
            ["buckets"] = new JsonArray([.. buckets.Take(size).Select(bucket => (JsonNode)bucket.Json)]),
        };
    }

    private static Comparison<(object Key, JsonObject Json)> Order(JsonElement body)
    {
        var (by, isDescending) = ("_count", true);
        if (body.TryGetProperty("order", out var order))
        {
            var first = order.ValueKind == JsonValueKind.Array ? order[0] : order;
            var property = first.EnumerateObject().First();
            (by, isDescending) = (property.Name, property.Value.ValueEquals("desc"));
        }

        return (left, right) =>
        {
            var result = by switch
            {
                "_count" => left.Json["doc_count"]!.GetValue<int>().CompareTo(right.Json["doc_count"]!.GetValue<int>()),
                "_key" or "_term" => FieldQueries.Compare(left.Key, right.Key),
                _ => Figure(left.Json, by).CompareTo(Figure(right.Json, by)),
            };
            result = isDescending ? -result : result;
            return result != 0 ? result : FieldQueries.Compare(left.Key, right.Key);
        };

        static double Figure(JsonObject bucket, string path)
        {
            var parts = path.Split('.');
            var at = bucket[parts[0]] ?? throw ApiException.IllegalArgument($"Invalid aggregator order path [{path}]. The provided aggregation [{parts[0]}] either does not exist, or is a pipeline aggregation and cannot be used to sort the buckets.");
            var value = parts.Length == 1 ? at["value"] : at["values"]?[string.Join('.', parts[1..])] ?? at[parts[1]];
            return value?.GetValue<double>() ?? double.NegativeInfinity;
        }
    }

    private JsonObject DateHistogram(JsonElement body, JsonElement inner, IReadOnlyList<Candidate> found)
    {
        var name = FieldOf(body);
        if (Check(name) is { Kind: not (FieldKind.Date or FieldKind.DateNanos) } other)
        {
            throw Sorting.Failed(indices[0], "illegal_argument_exception", $"Field [{name}] of type [{other.Type}] is not supported for aggregation [date_histogram]");
        }

        var (floor, next) = Interval(body);
        var groups = new SortedDictionary<Int128, List<Candidate>>();
        foreach (var candidate in found)
        {
            foreach (var start in candidate.Of(name).Select(value => floor((Int128)value)).Distinct())
            {
                if (!groups.TryGetValue(start, out var group))
                {
                    groups[start] = group = [];
                }

                group.Add(candidate);
            }
        }

        var least = body.TryGetProperty("min_doc_count", out var minimum) ? minimum.GetInt32() : 0;
        if (least == 0 && (body.TryGetProperty("extended_bounds", out var bounds) || groups.Count > 0))
        {
            var (from, to) = bounds.ValueKind == JsonValueKind.Object ? (Bound(bounds, "min"), Bound(bounds, "max")) : (null, null);
            var first = Least(groups.Count > 0 ? groups.Keys.First() : null, from is { } low ? floor(low) : null);
            var last = Least(groups.Count > 0 ? -groups.Keys.Last() : null, to is { } high ? -floor(high) : null);
            for (var at = first; at is { } start && last is { } end && start <= -end; at = next(start))
            {
                groups.TryAdd(start, []);
                if (groups.Count > MostBuckets)
                {
                    throw new ApiException(new ApiError(400, "too_many_buckets_exception", $"Trying to create too many buckets. Must be less than or equal to: [{MostBuckets}] but was [{groups.Count}]. This limit can be set by changing the [search.max_buckets] cluster level setting.") { IsOfSearch = true });
                }
            }
        }

        var buckets = groups.Where(group => group.Value.Count >= least).Select(group => (JsonNode)Bucket(
            new JsonObject { ["key_as_string"] = DateFormat.Write(group.Key), ["key"] = (long)(group.Key / 1_000_000) }, inner, group.Value));
        return new JsonObject { ["buckets"] = new JsonArray([.. buckets]) };

        static Int128? Least(Int128? left, Int128? right) => left is { } a && right is { } b ? Int128.Min(a, b) : left ?? right;

        Int128? Bound(JsonElement limits, string side) => limits.TryGetProperty(side, out var value) ? DateMath.Parse(value.ToString(), DateFormat.Millis, now, roundsUp: false) : null;
    }

    /// <summary>How an instant falls into a bucket, and which bucket comes next.</summary>
    private static (Func<Int128, Int128> Floor, Func<Int128, Int128> Next) Interval(JsonElement body)
    {
        if (body.TryGetProperty("time_zone", out var zone) && zone.GetString() is not ("UTC" or "Z" or "+00:00"))
        {
            throw ApiException.NotModelled("time zones in histograms");
        }

        if (body.TryGetProperty("fixed_interval", out var length))
        {
            var nanos = (Int128)IndexSettings.ParseDuration("fixed_interval", length.GetString()!).Ticks * 100;
            return (time => time - (((time % nanos) + nanos) % nanos), time => time + nanos);
        }

        if (!body.TryGetProperty("calendar_interval", out var calendar))
        {
            throw ApiException.IllegalArgument("Invalid interval specified, must be non-null and non-empty");
        }

        var unit = calendar.GetString() switch
        {
            "minute" or "1m" => 'm',
            "hour" or "1h" => 'h',
            "day" or "1d" => 'd',
            "week" or "1w" => 'w',
            "month" or "1M" => 'M',
            "quarter" or "1q" => 'q',
            "year" or "1y" => 'y',
            var other => throw ApiException.IllegalArgument($"The supplied interval [{other}] could not be parsed as a calendar interval."),
        };
        return (time => DateMath.Nanos(DateMath.Floor(DateMath.Time(time), unit)), time => DateMath.Nanos(DateMath.Add(DateMath.Time(time), unit, 1)));
    }

    private JsonObject Histogram(JsonElement body, JsonElement inner, IReadOnlyList<Candidate> found)
    {
        var name = FieldOf(body);
        Check(name);
        var interval = body.GetProperty("interval").GetDouble();
        var groups = found.SelectMany(candidate => candidate.Of(name).Select(value => (Key: Math.Floor(FieldQueries.ToDouble(value) / interval) * interval, candidate)))
            .GroupBy(pair => pair.Key, pair => pair.candidate).OrderBy(group => group.Key);
        return new JsonObject { ["buckets"] = new JsonArray([.. groups.Select(group => (JsonNode)Bucket(new JsonObject { ["key"] = group.Key }, inner, [.. group]))]) };
    }

    private JsonObject Metric(string kind, JsonElement body, IReadOnlyList<Candidate> found)
    {
        var numbers = Numbers(body, found);
        double? value = kind switch
        {
            "sum" => numbers.Sum(),
            _ when numbers.Length == 0 => null,
            "min" => numbers.Min(),
            "max" => numbers.Max(),
            _ => numbers.Average(),
        };
        var json = new JsonObject { ["value"] = value };
        if (value is { } millis && Check(FieldOf(body)) is { Kind: FieldKind.Date or FieldKind.DateNanos })
        {
            json["value_as_string"] = DateFormat.Write((Int128)millis * 1_000_000);
        }

        return json;
    }

    private JsonObject Percentiles(JsonElement body, IReadOnlyList<Candidate> found)
    {
        var numbers = Numbers(body, found);
        Array.Sort(numbers);
        double[] wanted = body.TryGetProperty("percents", out var percents) ? [.. percents.EnumerateArray().Select(percent => percent.GetDouble())] : [1, 5, 25, 50, 75, 95, 99];
        var values = new JsonObject();
        foreach (var percent in wanted)
        {
            var rank = percent / 100 * (numbers.Length - 1);
            values[percent.ToString("0.0###", CultureInfo.InvariantCulture)] = numbers.Length == 0 ? null
                : numbers[(int)rank] + ((rank - Math.Floor(rank)) * (numbers[Math.Min((int)rank + 1, numbers.Length - 1)] - numbers[(int)rank]));
        }

        return new JsonObject { ["values"] = values };
    }

    private JsonObject Bucket(JsonObject key, JsonElement inner, IReadOnlyList<Candidate> found)
    {
        key["doc_count"] = found.Count;
        if (inner.ValueKind == JsonValueKind.Object)
        {
            foreach (var (name, value) in Run(inner, found))
            {
                key[name] = value?.DeepClone();
            }
        }

        return key;
    }

    private Candidate[] Filter(JsonElement query, IReadOnlyList<Candidate> found)
    {
        var compiled = indices.ToDictionary(index => index.Name, index => new QueryCompiler(index, now).Compile(query));
        return [.. found.Where(candidate => compiled[candidate.Index.Name](candidate))];
    }

    private static JsonObject KeyOf(LeafField? field, object value) => field?.Kind switch
    {
        FieldKind.Boolean => new JsonObject { ["key"] = (bool)value ? 1 : 0, ["key_as_string"] = (bool)value ? "true" : "false" },
        FieldKind.Date or FieldKind.DateNanos => new JsonObject { ["key"] = (long)((Int128)value / 1_000_000), ["key_as_string"] = DateFormat.Write((Int128)value) },
        null => new JsonObject { ["key"] = (string)value },
        _ => new JsonObject { ["key"] = Display.Of(field, value) },
    };

    private static IEnumerable<object> ValuesOf(Candidate candidate, string name) => name == "_index" ? [candidate.Index.Name] : candidate.Of(name);

    private List<object> Values(JsonElement body, IReadOnlyList<Candidate> found, bool anyType)
    {
        var name = FieldOf(body);
        var field = Check(name);
        if (!anyType && field is { Kind: FieldKind.Keyword or FieldKind.Flattened or FieldKind.Ip })
        {
            throw Sorting.Failed(indices[0], "illegal_argument_exception", $"Field [{name}] of type [{field.Type}] is not supported for aggregation");
        }

        return [.. found.SelectMany(candidate => ValuesOf(candidate, name))];
    }

    private double[] Numbers(JsonElement body, IReadOnlyList<Candidate> found)
    {
        var isTime = Check(FieldOf(body)) is { Kind: FieldKind.Date or FieldKind.DateNanos };
        return [.. Values(body, found, anyType: false).Select(value => isTime ? (double)((Int128)value / 1_000_000) : FieldQueries.ToDouble(value))];
    }

    private static string FieldOf(JsonElement body) => body.TryGetProperty("field", out var field)
        ? field.GetString()!
        : throw (body.TryGetProperty("script", out _) ? ApiException.NotModelled("scripts") : ApiException.IllegalArgument("Required one of fields [field, script], but none were specified."));

    /// <summary>The field in the first index that maps it; refused where one index cannot aggregate it.</summary>
    private LeafField? Check(string name)
    {
        LeafField? first = null;
        foreach (var index in indices)
        {
            if (index.Mapping.Resolve(name) is { } field)
            {
                Sorting.CheckDocValues(index, field.Field);
                first ??= field.Field;
            }
        }

        return first;
    }
}
