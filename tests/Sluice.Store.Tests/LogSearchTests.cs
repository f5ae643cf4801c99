using System.Globalization;
using Sluice.Store.Tests.Support;
using Sluice.Telemetry;

namespace Sluice.Store.Tests;

public sealed class LogSearchTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Random_queries_find_what_brute_force_finds_in_the_order_of_arrival(int seed)
    {
        var generator = new SampleGenerator(seed);
        await using var store = new StoreFixture(options => options with { Period = TimeSpan.FromMinutes(10) });
        var records = generator.Records(4000, spans: false);
        await store.StoreAsync(records);
        Assert.True(store.Directory.StoreFiles.Count > 3);

        var found = 0;
        for (var i = 0; i < 300; i++)
        {
            var (query, matches, description) = RandomQuery(generator, records);
            var expected = records.Where(matches).Select(record => record.Id).ToList();
            if (query.Order == SearchOrder.NewestFirst)
            {
                expected.Reverse();
            }

            found += expected.Count;
            var actual = Found.Logs(store, query);
            Assert.True(expected.SequenceEqual(actual), $"seed {seed}, query {i}: {description}: {expected.Count} expected, {actual.Count} found");
            Assert.Equal(expected, Pages(store, query, generator.Random.Next(1, 200)));
        }

        Assert.True(found > 1000, "the random queries found hardly anything");
    }

    [Fact]
    public async Task Pages_stay_as_they_were_while_records_come_in()
    {
        var generator = new SampleGenerator(5);
        await using var store = new StoreFixture(options => options with { Period = TimeSpan.FromMinutes(10) });
        var records = generator.Records(500, spans: false);
        await store.StoreAsync(records);

        var newest = new List<string>();
        StorePosition? after = null;
        do
        {
            using var search = store.Reader.SearchLogs(new LogQuery { Limit = 50, After = after }, CancellationToken.None);
            while (search.MoveNext())
            {
                newest.Add(Found.Id(search.Json));
            }

            after = search.Next;
            await store.StoreAsync(generator.Records(60, spans: false));
        }
        while (after is not null);

        Assert.Equal(records.Select(record => record.Id).Reverse(), newest);
    }

    [Theory]
    [InlineData("\"")]
    [InlineData("error AND")]
    [InlineData("NEAR(error timeout)")]
    [InlineData("body:error")]
    [InlineData("^error")]
    [InlineData("error + timeout")]
    [InlineData("{a b}:c")]
    [InlineData("a' OR 1=1 --")]
    [InlineData("\u2603 x")]
    [InlineData("x\0y")]
    [InlineData("OR error OR")]
    [InlineData("-error ok")]
    [InlineData("\ud83d x")]
    [InlineData("\U0001F9CB\u1C80 \uE000 x")]
    [InlineData("((((")]
    [InlineData("*")]
    public async Task Any_text_is_searched_or_refused_but_never_breaks_the_search(string text)
    {
        await using var store = new StoreFixture();
        await store.StoreAsync(new SampleGenerator(1).Records(50, spans: false));

        if (SearchText.TryParse(text, out var parsed, out var problem))
        {
            Found.Logs(store, new LogQuery { Text = parsed });
        }
        else
        {
            Assert.NotEmpty(problem);
        }
    }

    [Fact]
    public async Task Random_text_never_breaks_the_search()
    {
        const string Alphabet = "ab \"*-()^:{}+,.'OR AND NOT NEAR\0\\\u00e9\u4e2d\ud83d";
        await using var store = new StoreFixture();
        await store.StoreAsync(new SampleGenerator(1).Records(50, spans: false));
        var random = new Random(11);
        for (var i = 0; i < 2000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            if (SearchText.TryParse(text, out var parsed, out _))
            {
                Found.Logs(store, new LogQuery { Text = parsed });
            }
        }
    }

    [Fact]
    public async Task A_search_that_is_cancelled_ends()
    {
        await using var store = new StoreFixture();
        await store.StoreAsync(new SampleGenerator(1).Records(500, spans: false));
        using var cancellation = new CancellationTokenSource();
        using var search = store.Reader.SearchLogs(new LogQuery(), cancellation.Token);
        Assert.True(search.MoveNext());

        await cancellation.CancelAsync();

        Assert.ThrowsAny<OperationCanceledException>(() => search.MoveNext());
    }

    [Fact]
    public void A_store_that_does_not_exist_yet_has_nothing()
    {
        using var reader = new StoreReader(Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString()));

        Assert.Empty(Found.Ids(reader.SearchLogs(new LogQuery(), CancellationToken.None)));
        Assert.Empty(reader.Services([], CancellationToken.None));
    }

    private static List<string> Pages(StoreFixture store, LogQuery query, int limit)
    {
        var ids = new List<string>();
        StorePosition? after = null;
        do
        {
            using var search = store.Reader.SearchLogs(query with { Limit = limit, After = after }, CancellationToken.None);
            while (search.MoveNext())
            {
                ids.Add(Found.Id(search.Json));
            }

            after = search.Next;
        }
        while (after is not null);
        return ids;
    }

    private static (LogQuery Query, Func<SampleRecord, bool> Matches, string Description) RandomQuery(
        SampleGenerator generator, List<SampleRecord> records)
    {
        var random = generator.Random;
        var query = new LogQuery { Order = (SearchOrder)random.Next(2) };
        var conditions = new List<(string Text, Func<SampleRecord, bool> Matches)>();
        if (random.Next(3) == 0)
        {
            var (text, matches) = RandomText(generator);
            Assert.True(SearchText.TryParse(text, out var parsed, out var problem), problem);
            query = query with { Text = parsed };
            conditions.Add(($"text {text}", matches));
        }

        if (random.Next(3) == 0)
        {
            var one = records[random.Next(records.Count)].SearchTime;
            var two = records[random.Next(records.Count)].SearchTime;
            var range = new TimeRange(Math.Min(one, two), Math.Max(one, two));
            query = query with { Time = range };
            conditions.Add(($"time {range}", record => record.SearchTime >= range.From && record.SearchTime < range.To));
        }

        if (random.Next(4) == 0)
        {
            var service = generator.Service();
            query = query with { Service = service };
            conditions.Add(($"service {service}", record => record.Service == service));
        }

        if (random.Next(4) == 0)
        {
            var severity = random.Next(1, 25);
            query = query with { MinSeverity = severity };
            conditions.Add(($"severity {severity}", record => record.Severity >= severity));
        }

        if (random.Next(6) == 0)
        {
            var trace = (ulong)random.Next(1, 32);
            query = query with { TraceId = new TraceId(0, trace) };
            conditions.Add(($"trace {trace}", record => record.TraceId == trace.ToString("x32", CultureInfo.InvariantCulture)));
        }

        if (random.Next(10) == 0)
        {
            var span = (ulong)random.Next(1, 5000);
            query = query with { SpanId = span };
            conditions.Add(($"span {span}", record => record.SpanId == span.ToString("x16", CultureInfo.InvariantCulture)));
        }

        if (random.Next(6) == 0)
        {
            var name = generator.Name();
            query = query with { EventName = name };
            conditions.Add(($"event {name}", record => record.Name == name));
        }
        else if (random.Next(6) == 0)
        {
            query = query with { EventsOnly = true };
            conditions.Add(("events", record => record.Name.Length > 0));
        }

        while (random.Next(3) == 0)
        {
            var key = generator.Key();
            var value = SampleRecord.TextOf(generator.Value(key));
            value = random.Next(2) == 0 && value.EndsWith(".0", StringComparison.Ordinal) ? value[..^2] : value;
            query = query with { Attributes = [.. query.Attributes, new AttributeFilter(key, value)] };
            conditions.Add(($"attribute {key}={value}", record => record.HasAttribute(key, value)));
        }

        return (query, record => conditions.All(condition => condition.Matches(record)), string.Join(", ", conditions.Select(condition => condition.Text)));
    }

    private static (string Text, Func<SampleRecord, bool> Matches) RandomText(SampleGenerator generator)
    {
        var word = generator.Word().Replace("\"", "", StringComparison.Ordinal);
        var other = generator.Word().Replace("\"", "", StringComparison.Ordinal);
        return generator.Random.Next(6) switch
        {
            0 => ($"\"{word} {other}\"", record => record.HasPhrase($"{word} {other}")),
            1 => ($"{word} {other}", record => record.HasPhrase(word) && record.HasPhrase(other)),
            2 => ($"{word} OR {other}", record => record.HasPhrase(word) || record.HasPhrase(other)),
            3 => ($"{word} -{other}", record => record.HasPhrase(word) && !record.HasPhrase(other)),
            4 => ("or* ti*", record => record.HasPhrase("or", isPrefix: true) && record.HasPhrase("ti", isPrefix: true)),
            _ => (word, record => record.HasPhrase(word)),
        };
    }
}
