namespace Sluice.Store.Tests.Support;

/// <summary>Makes records out of small vocabularies, so that random queries find something. The same seed makes the same records.</summary>
public sealed class SampleGenerator(int seed)
{
    public const long Start = 1_763_719_200_000_000_000;

    private const long Second = 1_000_000_000;

    private static readonly string[] Services = ["checkout", "cart", "payment gateway", ""];
    private static readonly string[] Names = ["order.placed", "order.cancelled", "user login", "GET /cart"];
    private static readonly string[] Words = ["error", "Timeout", "order", "payment-failed", "GET", "/api/cart/7", "7", "user@example.com", "(retry)", "\"quoted\""];
    private static readonly string[] Keys = ["http.method", "user.id", "retry", "ratio", "path", "empty"];

    private readonly Random _random = new(seed);
    private long _received = Start;

    public Random Random => _random;

    public List<SampleRecord> Records(int count, bool spans)
    {
        var records = new List<SampleRecord>();
        while (records.Count < count)
        {
            records.AddRange(Group(_random.Next(1, 40), spans));
        }

        return records;
    }

    /// <summary>Records that are received at once and share a resource.</summary>
    public List<SampleRecord> Group(int count, bool spans)
    {
        _received += _random.Next(5) == 0 ? _random.NextInt64(600 * Second) : _random.NextInt64(Second);
        var service = Pick(Services);
        KeyValuePair<string, object>[] resource = [new("host.name", $"host-{_random.Next(3)}"), new("retry", _random.Next(3))];
        return [.. Enumerable.Range(0, count).Select(_ => Record(spans, service, resource))];
    }

    public SampleRecord Record(bool isSpan, string service, IReadOnlyList<KeyValuePair<string, object>> resource)
    {
        var hasTrace = isSpan || _random.Next(3) == 0;
        return new SampleRecord
        {
            IsSpan = isSpan,
            Service = service,
            Received = _received,
            Time = _random.Next(20) == 0 ? 0 : _received - _random.NextInt64(_random.Next(10) == 0 ? 7200 * Second : 5 * Second),
            Severity = isSpan ? 0 : _random.Next(0, 25),
            TraceId = hasTrace ? $"{_random.Next(1, 30):x32}" : "",
            SpanId = hasTrace ? $"{_random.Next(1, 5000):x16}" : "",
            ParentSpanId = isSpan && _random.Next(3) > 0 ? $"{_random.Next(1, 5000):x16}" : "",
            Name = isSpan || _random.Next(4) == 0 ? Pick(Names) : "",
            Body = Text(),
            Duration = isSpan ? _random.NextInt64(3 * Second) : 0,
            IsError = isSpan && _random.Next(10) == 0,
            Attributes = [.. Keys.Where(_ => _random.Next(2) == 0).Select(key => new KeyValuePair<string, object>(key, Value(key)))],
            Resource = resource,
        };
    }

    public string Word() => Pick(Words);

    public string Text() => string.Join(' ', Enumerable.Range(0, _random.Next(6)).Select(_ => Word()));

    public string Service() => Pick(Services);

    public string Name() => Pick(Names);

    public string Key() => _random.Next(6) == 0 ? "host.name" : Pick(Keys);

    public object Value(string key) => key switch
    {
        "host.name" => $"host-{_random.Next(4)}",
        "http.method" => Pick(["GET", "POST", "get"]),
        "user.id" => (long)_random.Next(10),
        "retry" => _random.Next(4) == 0 ? (object)(long)_random.Next(3) : _random.Next(2) == 0,
        "ratio" => Pick([0.5, 2.0, -1.25, 1e21]),
        "empty" => Pick(["", "--", "x"]),
        _ => Text(),
    };

    private T Pick<T>(T[] from) => from[_random.Next(from.Length)];
}
