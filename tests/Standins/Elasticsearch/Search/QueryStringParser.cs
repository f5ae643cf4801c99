using System.Text;
using System.Text.Json;
using Sluice.Standins.Elasticsearch.Http;
using Sluice.Standins.Elasticsearch.Mapping;

namespace Sluice.Standins.Elasticsearch.Search;

/// <summary>
/// The query language of Lucene as people type it: words, phrases, <c>field:value</c>, ranges, wildcards, AND, OR, NOT, plus, minus and parentheses.
/// </summary>
internal sealed class QueryStringParser
{
    private readonly FieldQueries _fields;
    private readonly string _text;
    private readonly string[] _defaults;
    private readonly bool _isAnd;
    private int _at;

    public QueryStringParser(FieldQueries fields, JsonElement body)
    {
        _fields = fields;
        _text = body.GetProperty("query").ToString();
        _defaults = body.TryGetProperty("fields", out var list) ? [.. list.EnumerateArray().Select(field => field.GetString()!.Split('^')[0])]
            : body.TryGetProperty("default_field", out var field) ? [field.GetString()!]
            : ["*"];
        _isAnd = body.TryGetProperty("default_operator", out var op) && string.Equals(op.GetString(), "and", StringComparison.OrdinalIgnoreCase);
    }

    public Func<Candidate, MappedDocument, bool> Parse()
    {
        var query = Clauses();
        return _at == _text.Length ? query : throw Wrong();
    }

    /// <summary>A row of clauses: all that are required, none that is forbidden, and one of the others where none is required.</summary>
    private Func<Candidate, MappedDocument, bool> Clauses()
    {
        var clauses = new List<(Func<Candidate, MappedDocument, bool> Query, bool IsRequired, bool IsForbidden)>();
        var joinsByAnd = false;
        while (true)
        {
            SkipSpace();
            if (_at == _text.Length || _text[_at] == ')')
            {
                break;
            }

            if (TakeWord("AND") || TakeWord("&&"))
            {
                if (clauses.Count > 0 && !clauses[^1].IsForbidden)
                {
                    clauses[^1] = clauses[^1] with { IsRequired = true };
                }

                joinsByAnd = true;
                continue;
            }

            if (TakeWord("OR") || TakeWord("||"))
            {
                if (clauses.Count > 0 && _isAnd && !clauses[^1].IsForbidden)
                {
                    clauses[^1] = clauses[^1] with { IsRequired = false };
                }

                continue;
            }

            var isForbidden = TakeWord("NOT") || TakeWord("!") || Take('-');
            var isRequired = Take('+') || joinsByAnd || _isAnd;
            joinsByAnd = false;
            SkipSpace();
            clauses.Add((Clause(), isRequired && !isForbidden, isForbidden));
        }

        var needsOne = !clauses.Exists(clause => clause.IsRequired) && clauses.Exists(clause => !clause.IsForbidden);
        return (candidate, values) => clauses.TrueForAll(clause => clause.IsForbidden ? !clause.Query(candidate, values) : !clause.IsRequired || clause.Query(candidate, values))
            && (!needsOne || clauses.Exists(clause => !clause.IsForbidden && clause.Query(candidate, values)));
    }

    private Func<Candidate, MappedDocument, bool> Clause()
    {
        if (Take('('))
        {
            var inner = Clauses();
            return Take(')') ? inner : throw Wrong();
        }

        var start = _at;
        if (_text[_at] != '"' && TakeName() is { } name && Take(':'))
        {
            SkipSpace();
            return Take('(') ? Group(name) : Value([name]);
        }

        _at = start;
        return Value(_defaults);
    }

    private Func<Candidate, MappedDocument, bool> Group(string name)
    {
        var end = _text.IndexOf(')', _at);
        if (end < 0)
        {
            throw Wrong();
        }

        var body = JsonSerializer.SerializeToElement(new { query = _text[_at..end], default_field = name, default_operator = _isAnd ? "AND" : "OR" });
        _at = end + 1;
        return new QueryStringParser(_fields, body).Parse();
    }

    private Func<Candidate, MappedDocument, bool> Value(string[] names)
    {
        if (_at == _text.Length)
        {
            throw Wrong();
        }

        if (Take('"'))
        {
            var phrase = TakeUntilQuote();
            return Any(names, name => _fields.Phrase(name, phrase));
        }

        if (_text[_at] is '[' or '{')
        {
            return Bounds(names);
        }

        foreach (var (sign, bound) in new[] { (">=", "gte"), ("<=", "lte"), (">", "gt"), ("<", "lt") })
        {
            if (_text.AsSpan(_at).StartsWith(sign, StringComparison.Ordinal))
            {
                _at += sign.Length;
                var limit = JsonSerializer.SerializeToElement(new Dictionary<string, string> { [bound] = TakeTerm() });
                return Any(names, name => _fields.Range(name, limit));
            }
        }

        var term = TakeTerm();
        if (term.Length == 0)
        {
            throw Wrong();
        }

        if (names is ["_exists_"])
        {
            return _fields.Exists(term);
        }

        if (term == "*")
        {
            return names is ["*"] ? static (_, _) => true : Any(names, _fields.Exists);
        }

        return term.AsSpan().IndexOfAny('*', '?') >= 0
            ? Any(names, name => _fields.Pattern(name, term, ignoresCase: false))
            : Any(names, name => _fields.Match(name, term, all: false));
    }

    private Func<Candidate, MappedDocument, bool> Bounds(string[] names)
    {
        var open = _text[_at++];
        var low = TakeTerm();
        SkipSpace();
        if (!TakeWord("TO"))
        {
            throw Wrong();
        }

        SkipSpace();
        var high = TakeTerm();
        SkipSpace();
        if (_at == _text.Length || _text[_at] is not (']' or '}'))
        {
            throw Wrong();
        }

        var bounds = new Dictionary<string, string>();
        if (low != "*")
        {
            bounds[open == '[' ? "gte" : "gt"] = low;
        }

        if (high != "*")
        {
            bounds[_text[_at] == ']' ? "lte" : "lt"] = high;
        }

        _at++;
        var limits = JsonSerializer.SerializeToElement(bounds);
        return Any(names, name => _fields.Range(name, limits));
    }

    private Func<Candidate, MappedDocument, bool> Any(string[] names, Func<string, Func<Candidate, MappedDocument, bool>> make)
    {
        var each = names.SelectMany(_fields.Expand).Select(make).ToArray();
        return (candidate, values) => Array.Exists(each, one => one(candidate, values));
    }

    /// <summary>A name, if a colon comes after it.</summary>
    private string? TakeName()
    {
        var name = new StringBuilder();
        while (_at < _text.Length && _text[_at] is not (':' or ' ' or '(' or ')' or '"'))
        {
            _at += _text[_at] == '\\' && _at + 1 < _text.Length ? 1 : 0;
            name.Append(_text[_at++]);
        }

        return _at < _text.Length && _text[_at] == ':' && name.Length > 0 ? name.ToString() : null;
    }

    private string TakeTerm()
    {
        var term = new StringBuilder();
        while (_at < _text.Length && _text[_at] is not (' ' or ')' or ']' or '}'))
        {
            if (_text[_at] == '\\' && _at + 1 < _text.Length)
            {
                _at++;
            }
            else if (_text[_at] == '"')
            {
                _at++;
                return term + TakeUntilQuote();
            }

            term.Append(_text[_at++]);
        }

        return term.ToString();
    }

    private string TakeUntilQuote()
    {
        var text = new StringBuilder();
        while (_at < _text.Length && _text[_at] != '"')
        {
            _at += _text[_at] == '\\' && _at + 1 < _text.Length ? 1 : 0;
            text.Append(_text[_at++]);
        }

        return Take('"') ? text.ToString() : throw Wrong();
    }

    private bool Take(char expected)
    {
        if (_at == _text.Length || _text[_at] != expected)
        {
            return false;
        }

        _at++;
        return true;
    }

    private bool TakeWord(string word)
    {
        var end = _at + word.Length;
        var isThere = string.CompareOrdinal(_text, _at, word, 0, word.Length) == 0 && (!char.IsLetter(word[0]) || end == _text.Length || _text[end] is ' ' or '(');
        _at = isThere ? end : _at;
        return isThere;
    }

    private void SkipSpace()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }
    }

    private ApiException Wrong() => new(new ApiError(400, "query_shard_exception", $"Failed to parse query [{_text}]") { IsOfSearch = true });
}
