using System.Text.Json;
using Sluice.Standins.Elasticsearch.Cluster;
using Sluice.Standins.Elasticsearch.Http;
using Sluice.Standins.Elasticsearch.Mapping;

namespace Sluice.Standins.Elasticsearch.Search;

/// <summary>Queries of single fields.</summary>
internal sealed class FieldQueries(StoreIndex index, DateTimeOffset now)
{
    private static readonly Func<Candidate, MappedDocument, bool> Nothing = static (_, _) => false;

    /// <summary>The searchable fields that a name or a pattern stands for.</summary>
    public IEnumerable<string> Expand(string name) => !name.Contains('*', StringComparison.Ordinal)
        ? [name]
        : index.Mapping.AllLeaves.Where(leaf => leaf.Kind is FieldKind.Keyword or FieldKind.Text or FieldKind.Flattened && leaf.IsIndexed).Select(leaf => leaf.Path).Where(path => Wildcard.Matches(name, path));

    public Func<Candidate, MappedDocument, bool> Exists(string name)
    {
        if (name is "_id" or "_index" or "_source")
        {
            return static (_, _) => true;
        }

        var paths = name.Contains('*', StringComparison.Ordinal)
            ? index.Mapping.AllLeaves.Select(leaf => leaf.Path).Where(path => Wildcard.Matches(name, path)).ToArray()
            : index.Mapping.Resolve(name) is { } field ? [PathOf(field)]
            : index.Mapping.Find(name) is ObjectField ? [.. index.Mapping.AllLeaves.Select(leaf => leaf.Path).Where(path => path.StartsWith(name + ".", StringComparison.Ordinal))]
            : [];
        return (_, values) => Array.Exists(paths, path => values.Values.ContainsKey(path));
    }

    public Func<Candidate, MappedDocument, bool> Term(string name, JsonElement value, bool ignoresCase)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            throw ApiException.IllegalArgument("value cannot be null");
        }

        var text = value.ToString();
        text = value.ValueKind is JsonValueKind.True or JsonValueKind.False ? text.ToLowerInvariant() : text;
        switch (name)
        {
            case "_id":
                return (candidate, _) => candidate.Document.Id == text;
            case "_index":
                return (candidate, _) => Wildcard.Matches(text, candidate.Index.Name) || candidate.Index.Stream?.Name == text;
            case "_ignored":
                return (_, values) => values.Ignored.Contains(text);
        }

        if (Searchable(name) is not { } field)
        {
            return Nothing;
        }

        var path = PathOf(field);
        switch (field.Field.Kind)
        {
            case FieldKind.Text:
                return (_, values) => values.Of(path).Any(one => Words((string)one).Any(word => ignoresCase ? word.Equals(text, StringComparison.OrdinalIgnoreCase) : word == text));
            case FieldKind.Keyword or FieldKind.Flattened:
                var comparison = ignoresCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
                return (_, values) => values.Of(path).Any(one => text.Equals((string)one, comparison));
            case FieldKind.Boolean:
                var flag = text switch { "true" => true, "false" or "" => (object)false, _ => throw Failed($"Can't parse boolean value [{text}], expected [true] or [false]") };
                return (_, values) => values.Of(path).Contains(flag);
            case FieldKind.Integer or FieldKind.Decimal:
                var number = Number(field.Field, text);
                return (_, values) => values.Of(path).Any(one => Compare(one, number) == 0);
            case FieldKind.Ip when text.Contains('/', StringComparison.Ordinal):
                var network = System.Net.IPNetwork.Parse(text);
                return (_, values) => values.Of(path).Any(one => Contains(network, (string)one));
            case FieldKind.Ip:
                var address = Address(text);
                return (_, values) => values.Of(path).Contains(address);
            case FieldKind.Date or FieldKind.DateNanos:
                var (from, to) = (DateMath.Parse(text, field.Field.Format!, now, roundsUp: false), DateMath.Parse(text, field.Field.Format!, now, roundsUp: true));
                return (_, values) => values.Of(path).Any(one => (Int128)one >= from && (Int128)one <= to);
            default:
                throw Failed($"Field [{name}] of type [{field.Field.Type}] does not support term queries");
        }
    }

    public Func<Candidate, MappedDocument, bool> Range(string name, JsonElement bounds)
    {
        if (Searchable(name) is not { } field)
        {
            return Nothing;
        }

        var format = bounds.TryGetProperty("format", out var given) ? new DateFormat(given.GetString()!) : field.Field.Format;
        var tests = new List<Func<object, bool>>();
        foreach (var property in bounds.EnumerateObject())
        {
            if (property.Name is "format" or "boost" or "_name" or "relation" || property.Value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            if (property.Name == "time_zone")
            {
                if (property.Value.GetString() is not ("UTC" or "Z" or "+00:00"))
                {
                    throw ApiException.NotModelled("time zones in ranges");
                }

                continue;
            }

            var limit = Limit(field.Field, property.Value.ToString(), format, roundsUp: property.Name is "gt" or "lte");
            tests.Add(property.Name switch
            {
                "gt" => value => Compare(value, limit) > 0,
                "gte" or "from" => value => Compare(value, limit) >= 0,
                "lt" => value => Compare(value, limit) < 0,
                "lte" or "to" => value => Compare(value, limit) <= 0,
                _ => throw ApiException.Parsing($"[range] query does not support [{property.Name}]"),
            });
        }

        var path = PathOf(field);
        return (_, values) => values.Of(path).Any(value => tests.TrueForAll(test => test(value)));
    }

    /// <summary>Terms by a pattern with <c>*</c> and <c>?</c>.</summary>
    public Func<Candidate, MappedDocument, bool> Pattern(string name, string pattern, bool ignoresCase)
    {
        if (name == "_id")
        {
            throw Failed("Field [_id] of type [_id] does not support pattern queries");
        }

        if (Searchable(name) is not { } field)
        {
            return Nothing;
        }

        if (field.Field.Kind is not (FieldKind.Keyword or FieldKind.Text or FieldKind.Flattened))
        {
            throw Failed($"Can only use wildcard queries on keyword, text and wildcard fields - not on [{name}] which is of type [{field.Field.Type}]");
        }

        var path = PathOf(field);
        var wanted = ignoresCase ? pattern.ToLowerInvariant() : pattern;
        return (_, values) => values.Of(path).Any(one => (field.Field.Kind == FieldKind.Text ? Words((string)one) : [(string)one])
            .Any(term => Wildcard.Matches(wanted, ignoresCase ? term.ToLowerInvariant() : term, withQuestionMark: true)));
    }

    public Func<Candidate, MappedDocument, bool> Match(string name, string text, bool all)
    {
        if (Searchable(name) is not { Field.Kind: FieldKind.Text } field)
        {
            return Term(name, JsonElement.Parse(JsonSerializer.SerializeToUtf8Bytes(text)), ignoresCase: false);
        }

        var words = Words(text).ToArray();
        var path = PathOf(field);
        return (_, values) => values.Of(path).Any(one =>
        {
            var have = Words((string)one).ToHashSet(StringComparer.Ordinal);
            return words.Length > 0 && (all ? Array.TrueForAll(words, have.Contains) : Array.Exists(words, have.Contains));
        });
    }

    public Func<Candidate, MappedDocument, bool> Phrase(string name, string text)
    {
        if (Searchable(name) is not { Field.Kind: FieldKind.Text } field)
        {
            return Term(name, JsonElement.Parse(JsonSerializer.SerializeToUtf8Bytes(text)), ignoresCase: false);
        }

        var phrase = " " + string.Join(' ', Words(text)) + " ";
        var path = PathOf(field);
        return (_, values) => values.Of(path).Any(one => (" " + string.Join(' ', Words((string)one)) + " ").Contains(phrase, StringComparison.Ordinal));
    }

    /// <summary>Text as the standard analyser cuts it: words in lower case.</summary>
    public static IEnumerable<string> Words(string text)
    {
        var start = -1;
        for (var i = 0; i <= text.Length; i++)
        {
            var isWord = i < text.Length && (char.IsLetterOrDigit(text[i]) || text[i] == '_'
                || (text[i] is '.' or '\'' && start >= 0 && i + 1 < text.Length && char.IsLetterOrDigit(text[i + 1])));
            if (isWord && start < 0)
            {
                start = i;
            }
            else if (!isWord && start >= 0)
            {
                yield return text[start..i].ToLowerInvariant();
                start = -1;
            }
        }
    }

    /// <summary>Compares two values of one field.</summary>
    public static int Compare(object left, object right) => (left, right) switch
    {
        (Int128 a, Int128 b) => a.CompareTo(b),
        (string a, string b) => string.CompareOrdinal(a, b),
        (bool a, bool b) => a.CompareTo(b),
        _ => ToDouble(left).CompareTo(ToDouble(right)),
    };

    public static double ToDouble(object value) => value switch
    {
        double number => number,
        Int128 number => (double)number,
        bool flag => flag ? 1 : 0,
        _ => double.NaN,
    };

    private static string PathOf((LeafField Field, string? Key) field) => field.Key is null ? field.Field.Path : field.Field.Path + "." + field.Key;

    private object Limit(LeafField field, string text, DateFormat? format, bool roundsUp) => field.Kind switch
    {
        FieldKind.Date or FieldKind.DateNanos => DateMath.Parse(text, format!, now, roundsUp),
        FieldKind.Integer or FieldKind.Decimal => Number(field, text),
        FieldKind.Ip => Address(text),
        FieldKind.Boolean => text == "true",
        _ => text,
    };

    private object Number(LeafField field, string text) => FieldValues.TryNumber(field, text, out var number) ? number : throw Failed($"For input string: \"{text}\"", "number_format_exception");

    private string Address(string text)
    {
        try
        {
            return FieldValues.Ip(text);
        }
        catch (MalformedValueException exception)
        {
            throw Failed(exception.Message, "illegal_argument_exception");
        }
    }

    private static bool Contains(System.Net.IPNetwork network, string hexadecimal)
    {
        var address = new System.Net.IPAddress(Convert.FromHexString(hexadecimal));
        return network.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
    }

    /// <summary>The field, if it is mapped; it has to be indexed then.</summary>
    private (LeafField Field, string? Key)? Searchable(string name)
    {
        if (index.Mapping.Resolve(name) is not { } field)
        {
            return null;
        }

        return field.Field.IsIndexed || field.Field.HasDocValues ? field : throw Failed($"Cannot search on field [{name}] since it is not indexed.");
    }

    private ApiException Failed(string reason, string cause = "illegal_argument_exception") => new(new ApiError(400, "query_shard_exception", $"failed to create query: {reason}")
    {
        IsOfSearch = true,
        Metadata = new() { ["index_uuid"] = index.Uuid, ["index"] = index.Name },
        CausedBy = new ApiError(400, cause, reason),
    });
}
