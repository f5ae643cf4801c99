using System.Globalization;
using Microsoft.AspNetCore.Http;
using Sluice.Store;
using Sluice.Telemetry;

namespace Sluice.Api.Parameters;

/// <summary>The parameters of one request, read by name; whatever is unknown or malformed is refused with what would be right.</summary>
internal sealed class QueryParameters
{
    private readonly IQueryCollection _query;
    private readonly DateTimeOffset _now;

    /// <summary>Refuses parameters that the endpoint does not have, and those given twice that may be given once.</summary>
    public QueryParameters(IQueryCollection query, IReadOnlyList<string> known, DateTimeOffset now)
    {
        _query = query;
        _now = now;
        foreach (var (name, values) in query)
        {
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                throw Bad(
                    $"There is no parameter \"{name}\" here.", name, known.Count == 0 ? "no parameters" : $"one of {string.Join(", ", known)}");
            }

            if (values.Count > 1 && name != ParameterNames.Attribute)
            {
                throw Bad($"The parameter \"{name}\" is given {values.Count} times.", name, "it once");
            }
        }
    }

    /// <summary>A text; null when absent.</summary>
    public string? Text(string name) => _query.TryGetValue(name, out var values) ? values[0] ?? "" : null;

    /// <summary>What to search for.</summary>
    public SearchText? Search()
    {
        if (Text(ParameterNames.Query) is not { } text)
        {
            return null;
        }

        return SearchText.TryParse(text, out var search, out var problem)
            ? search
            : throw Bad($"The search text cannot be used: {problem}.", ParameterNames.Query, SearchText.Expected);
    }

    /// <summary>A range of time.</summary>
    public TimeRange Range()
    {
        var range = new TimeRange(Time(ParameterNames.From) ?? long.MinValue, Time(ParameterNames.To) ?? long.MaxValue);
        return range.From <= range.To ? range : throw Bad("The range ends before it begins.", ParameterNames.To, "a time that is not before from");
    }

    /// <summary>A time in nanoseconds since 1970; null when absent.</summary>
    public long? Time(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        return TimeParameter.TryParse(text, _now, out var time) ? time : throw NotA("time", name, text, TimeParameter.Expected);
    }

    /// <summary>A positive duration; null when absent.</summary>
    public TimeSpan? Duration(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        return TimeParameter.TryParseDuration(text, out var duration) && duration >= TimeSpan.Zero
            ? duration
            : throw NotA("duration", name, text, "a duration such as 250ms, 1.5s, 5m or 1d");
    }

    /// <summary>The least severity; 0 when absent.</summary>
    public int Severity()
    {
        if (Text(ParameterNames.Severity) is not { } text)
        {
            return 0;
        }

        return SeverityParameter.TryParse(text, out var number) ? number : throw NotA("severity", ParameterNames.Severity, text, SeverityParameter.Expected);
    }

    /// <summary>A trace id; null when absent.</summary>
    public TraceId? Trace() => Text(ParameterNames.TraceId) is { } text ? ParseTraceId(text) : null;

    /// <summary>A span id; null when absent.</summary>
    public ulong? Span()
    {
        if (Text(ParameterNames.SpanId) is not { } text)
        {
            return null;
        }

        return text.Length == 16 && ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var span)
            ? span
            : throw NotA("span id", ParameterNames.SpanId, text, "16 hexadecimal digits");
    }

    /// <summary>Attributes, each as <c>key=value</c>.</summary>
    public IReadOnlyList<AttributeFilter> Attributes()
    {
        if (!_query.TryGetValue(ParameterNames.Attribute, out var values))
        {
            return [];
        }

        var filters = new List<AttributeFilter>();
        foreach (var value in values)
        {
            var equals = value!.IndexOf('=', StringComparison.Ordinal);
            filters.Add(equals > 0
                ? new AttributeFilter(value[..equals], value[(equals + 1)..])
                : throw NotA("pair", ParameterNames.Attribute, value, "key=value, such as attr=http.request.method=GET"));
        }

        return filters;
    }

    /// <summary>The order of arrival.</summary>
    public SearchOrder Order() => Text(ParameterNames.Order) switch
    {
        null or "newest" => SearchOrder.NewestFirst,
        "oldest" => SearchOrder.OldestFirst,
        var other => throw NotA("order", ParameterNames.Order, other, "newest or oldest"),
    };

    /// <summary>How many.</summary>
    public int Limit(int standard, int most)
    {
        if (Text(ParameterNames.Limit) is not { } text)
        {
            return standard;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit >= 1 && limit <= most
            ? limit
            : throw NotA("limit", ParameterNames.Limit, text, $"a number from 1 to {most}");
    }

    /// <summary>True or false; false when absent.</summary>
    public bool Flag(string name) => Text(name) switch
    {
        null or "false" => false,
        "true" => true,
        var other => throw NotA("truth value", name, other, "true or false"),
    };

    /// <summary>Where to continue, and the range that the first page had.</summary>
    public PageCursor? Cursor()
    {
        if (Text(ParameterNames.Cursor) is not { } text)
        {
            return null;
        }

        var cursor = PageCursor.TryParse(text, out var parsed)
            ? parsed
            : throw NotA("cursor", ParameterNames.Cursor, text, "the value of next from the page before");
        return cursor.Fingerprint == Fingerprint()
            ? cursor
            : throw Bad(
                "The cursor belongs to a search with other parameters.", ParameterNames.Cursor, "the same parameters as for the page before, except limit");
    }

    /// <summary>A cursor for the page after one.</summary>
    public string Next(TimeRange range, StorePosition top, StorePosition last) => new PageCursor(Fingerprint(), range, top, last).ToString();

    /// <summary>Reads a trace id.</summary>
    public static TraceId ParseTraceId(string text) =>
        text.Length == 32
        && ulong.TryParse(text.AsSpan(0, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var high)
        && ulong.TryParse(text.AsSpan(16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var low)
            ? new TraceId(high, low)
            : throw NotA("trace id", ParameterNames.TraceId, text, "32 hexadecimal digits");

    public static ApiException Bad(string message, string parameter, string expected) =>
        new(StatusCodes.Status400BadRequest, message, parameter, expected);

    public static ApiException NotA(string what, string parameter, string? text, string expected) => Bad($"\"{text}\" is not a {what}.", parameter, expected);

    /// <summary>Tells searches apart (FNV-1a over what must stay the same from page to page; the range is in the cursor itself).</summary>
    private uint Fingerprint()
    {
        var hash = 2_166_136_261u;
        foreach (var (name, values) in _query.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (name is ParameterNames.Cursor or ParameterNames.Limit or ParameterNames.From or ParameterNames.To)
            {
                continue;
            }

            foreach (var c in $"{name}={string.Join('&', values.AsEnumerable())};")
            {
                hash = (hash ^ c) * 16_777_619;
            }
        }

        return hash;
    }
}
