using System.Globalization;
using System.Text.Json;
using Sluice.Standins.Elasticsearch.Cluster;
using Sluice.Standins.Elasticsearch.Http;
using Sluice.Standins.Elasticsearch.Mapping;

namespace Sluice.Standins.Elasticsearch.Search;

/// <summary>Makes a predicate of a query, for the mapping of one index. A field that is not mapped matches nothing, as in the product.</summary>
internal sealed class QueryCompiler(StoreIndex index, DateTimeOffset now)
{
    private const int MostTerms = 65_536;

    private readonly FieldQueries _fields = new(index, now);

    /// <summary>Compiles <c>{"kind": {…}}</c>.</summary>
    /// <exception cref="ApiException">It is no query, or not for this field.</exception>
    public Func<Candidate, bool> Compile(JsonElement query)
    {
        var inner = CompileInner(query);
        return candidate => inner(candidate, candidate.Values);
    }

    private Func<Candidate, MappedDocument, bool> CompileInner(JsonElement query)
    {
        if (query.ValueKind != JsonValueKind.Object)
        {
            throw ApiException.Parsing("[_na] query malformed, must start with start_object");
        }

        var properties = query.EnumerateObject().ToArray();
        if (properties.Length != 1)
        {
            throw properties.Length == 0
                ? ApiException.IllegalArgument("query malformed, empty clause found")
                : ApiException.Parsing($"[{properties[0].Name}] malformed query, expected [END_OBJECT] but found [FIELD_NAME]");
        }

        var (kind, body) = (properties[0].Name, properties[0].Value);
        switch (kind)
        {
            case "match_all":
                return static (_, _) => true;
            case "match_none":
                return static (_, _) => false;
            case "ids":
                var ids = body.GetProperty("values").EnumerateArray().Select(id => id.ToString()).ToHashSet(StringComparer.Ordinal);
                return (candidate, _) => ids.Contains(candidate.Document.Id);
            case "bool":
                return Bool(body);
            case "constant_score":
                return CompileInner(body.GetProperty("filter"));
            case "nested":
                return Nested(body);
            case "exists":
                var existing = _fields.Exists(body.GetProperty("field").GetString()!);
                return (candidate, values) => existing(candidate, values);
            case "term":
                var (term, termBody) = Field(kind, body);
                return _fields.Term(term, termBody.ValueKind == JsonValueKind.Object ? termBody.GetProperty("value") : termBody, Flag(termBody, "case_insensitive"));
            case "terms":
                var (terms, list) = Field(kind, body);
                if (list.GetArrayLength() > MostTerms)
                {
                    throw new ApiException(new ApiError(400, "illegal_argument_exception", $"The number of terms [{list.GetArrayLength()}] used in the Terms Query request has exceeded the allowed maximum of [{MostTerms}]. This maximum can be set by changing the [index.max_terms_count] index level setting.") { IsOfSearch = true });
                }

                var each = list.EnumerateArray().Select(value => _fields.Term(terms, value, false)).ToArray();
                return (candidate, values) => Array.Exists(each, one => one(candidate, values));
            case "range":
                var (ranged, bounds) = Field(kind, body);
                return _fields.Range(ranged, bounds);
            case "prefix":
                var (prefixed, prefix) = Field(kind, body);
                return _fields.Pattern(prefixed, Value(prefix) + "*", Flag(prefix, "case_insensitive"));
            case "wildcard":
                var (wild, pattern) = Field(kind, body);
                return _fields.Pattern(wild, pattern.ValueKind == JsonValueKind.Object && pattern.TryGetProperty("wildcard", out var other) ? other.GetString()! : Value(pattern), Flag(pattern, "case_insensitive"));
            case "match":
                var (matched, match) = Field(kind, body);
                return _fields.Match(matched, Value(match, "query"), match.ValueKind == JsonValueKind.Object && match.TryGetProperty("operator", out var op) && op.ValueEquals("and"));
            case "match_phrase":
                var (phrased, phrase) = Field(kind, body);
                return _fields.Phrase(phrased, Value(phrase, "query"));
            case "multi_match":
                return MultiMatch(body);
            case "query_string" or "simple_query_string":
                return new QueryStringParser(_fields, body).Parse();
            case "regexp" or "fuzzy" or "script" or "function_score" or "dis_max" or "match_phrase_prefix" or "match_bool_prefix" or "has_child" or "has_parent" or "percolate" or "more_like_this" or "geo_bounding_box" or "geo_distance" or "intervals" or "terms_set":
                throw ApiException.NotModelled($"the query [{kind}]");
            default:
                throw ApiException.Parsing($"unknown query [{kind}]");
        }
    }

    private Func<Candidate, MappedDocument, bool> Bool(JsonElement body)
    {
        var required = new List<Func<Candidate, MappedDocument, bool>>();
        var optional = new List<Func<Candidate, MappedDocument, bool>>();
        var forbidden = new List<Func<Candidate, MappedDocument, bool>>();
        int? atLeast = null;
        foreach (var property in body.EnumerateObject())
        {
            switch (property.Name)
            {
                case "must" or "filter":
                    required.AddRange(Clauses(property.Value));
                    break;
                case "should":
                    optional.AddRange(Clauses(property.Value));
                    break;
                case "must_not":
                    forbidden.AddRange(Clauses(property.Value));
                    break;
                case "minimum_should_match":
                    atLeast = int.TryParse(property.Value.ToString(), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
                        ? number
                        : throw ApiException.NotModelled($"minimum_should_match of [{property.Value}]");
                    break;
                case "boost" or "_name":
                    break;
                default:
                    throw ApiException.Parsing($"[bool] query does not support [{property.Name}]");
            }
        }

        var needed = atLeast ?? (optional.Count > 0 && required.Count == 0 ? 1 : 0);
        return (candidate, values) => required.TrueForAll(clause => clause(candidate, values))
            && !forbidden.Exists(clause => clause(candidate, values))
            && (needed == 0 || optional.Count(clause => clause(candidate, values)) >= needed);
    }

    private IEnumerable<Func<Candidate, MappedDocument, bool>> Clauses(JsonElement clauses) =>
        clauses.ValueKind == JsonValueKind.Array ? [.. clauses.EnumerateArray().Select(CompileInner)] : [CompileInner(clauses)];

    private Func<Candidate, MappedDocument, bool> Nested(JsonElement body)
    {
        var path = body.GetProperty("path").GetString()!;
        if (index.Mapping.Find(path) is not ObjectField { Kind: ObjectKind.Nested })
        {
            return Flag(body, "ignore_unmapped")
                ? static (_, _) => false
                : throw new ApiException(new ApiError(400, "query_shard_exception", $"failed to create query: [nested] failed to find nested object under path [{path}]") { IsOfSearch = true, Metadata = new() { ["index_uuid"] = index.Uuid, ["index"] = index.Name } });
        }

        var inner = CompileInner(body.GetProperty("query"));
        return (candidate, values) => values.Nested.TryGetValue(path, out var documents) && documents.Exists(document => inner(candidate, document));
    }

    private Func<Candidate, MappedDocument, bool> MultiMatch(JsonElement body)
    {
        var text = body.GetProperty("query").ToString();
        var names = body.TryGetProperty("fields", out var fields) ? fields.EnumerateArray().Select(field => field.GetString()!.Split('^')[0]).ToArray() : ["*"];
        var isPhrase = body.TryGetProperty("type", out var type) && type.ValueEquals("phrase");
        var each = names.SelectMany(name => _fields.Expand(name)).Select(name => isPhrase ? _fields.Phrase(name, text) : _fields.Match(name, text, all: false)).ToArray();
        return (candidate, values) => Array.Exists(each, one => one(candidate, values));
    }

    private static (string Name, JsonElement Body) Field(string kind, JsonElement body)
    {
        var properties = body.EnumerateObject().Where(property => property.Name is not ("boost" or "_name")).ToArray();
        return properties.Length == 1
            ? (properties[0].Name, properties[0].Value)
            : throw ApiException.Parsing(properties.Length == 0
                ? $"[{kind}] query malformed, no field name"
                : $"[{kind}] query doesn't support multiple fields, found [{properties[0].Name}] and [{properties[1].Name}]");
    }

    private static string Value(JsonElement body, string name = "value") => body.ValueKind == JsonValueKind.Object ? body.GetProperty(name).ToString() : body.ToString();

    private static bool Flag(JsonElement body, string name) => body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var flag) && flag.ValueKind == JsonValueKind.True;
}
