using System.Globalization;
using System.Text.Json;
using Sluice.Crash.Load;
using Sluice.Store;
using Sluice.Telemetry;

namespace Sluice.Crash;

/// <summary>Holds what arrived at one destination against what was sent.</summary>
internal sealed class Arrivals
{
    private readonly IReadOnlyList<IReadOnlyList<Request>> _sent;
    private readonly Dictionary<UInt128, (int Sender, int Number, int Record)> _names;
    private readonly Dictionary<(int Sender, int Number, int Record), UInt128> _ids = [];
    private readonly string _destination;

    /// <summary>Nothing has arrived yet.</summary>
    /// <param name="destination">For messages.</param>
    /// <param name="sent">Requests by sender and number.</param>
    /// <param name="names">Record ids that destinations have seen, with the record that had them: an id is used once, and is the same everywhere.</param>
    public Arrivals(string destination, IReadOnlyList<IReadOnlyList<Request>> sent, Dictionary<UInt128, (int Sender, int Number, int Record)> names)
    {
        _destination = destination;
        _sent = sent;
        _names = names;
    }

    /// <summary>Records that arrived.</summary>
    public int Count => _ids.Count;

    /// <summary>Records that arrived though their request got no answer.</summary>
    public int Unanswered => _ids.Keys.Count(key => _sent[key.Sender][key.Number].Answer == Answer.None);

    /// <summary>Reads the files that a path was rotated to, oldest first, and the one it leads to.</summary>
    public void AddFiles(string path)
    {
        var last = new (int Number, int Record)[_sent.Count];
        Array.Fill(last, (-1, -1));
        var prefix = Path.GetFileNameWithoutExtension(path);
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(path)!, prefix + "-*").Order(StringComparer.Ordinal).Append(path))
        {
            foreach (var line in File.ReadLines(file))
            {
                var key = Add(Parse(line));

                // The journal's order, of which each sender knows a part: it waits for one answer before it sends the next request.
                Assert.True(last[key.Sender].CompareTo((key.Number, key.Record)) < 0, $"{_destination}: {key} stands behind {last[key.Sender]}");
                last[key.Sender] = (key.Number, key.Record);
            }
        }

        JsonElement Parse(string line)
        {
            try
            {
                return JsonSerializer.Deserialize<JsonElement>(line);
            }
            catch (JsonException e)
            {
                throw new InvalidOperationException($"{_destination}: a line of the file is not whole: {line}", e);
            }
        }
    }

    /// <summary>Reads a store of which nobody is the writer now.</summary>
    public void AddStore(string directory)
    {
        using var store = new StoreReader(directory);
        AddAll(store.SearchLogs(new LogQuery { Order = SearchOrder.OldestFirst }, CancellationToken.None));
        AddAll(store.SearchMetrics(new MetricQuery { Order = SearchOrder.OldestFirst }, CancellationToken.None));
        using var trace = store.ReadTrace(Request.Trace, int.MaxValue - 1, CancellationToken.None);
        if (trace is null)
        {
            return;
        }

        Assert.Empty(trace.Warnings);
        foreach (var span in trace.Spans)
        {
            Add(Parse(trace.SpanJson(span)));
        }

        static JsonElement Parse(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize<JsonElement>(json);

        void AddAll(RecordSearch search)
        {
            using (search)
            {
                while (search.MoveNext())
                {
                    Add(Parse(search.Json));
                }

                Assert.Empty(search.Warnings);
            }
        }
    }

    /// <summary>Acknowledged requests are there whole, refused ones are not, and of the others there is all or nothing.</summary>
    /// <param name="dropped">Records that the ledger says were dropped before they could arrive here.</param>
    public void ExpectComplete(long dropped)
    {
        var arrived = _ids.Keys.GroupBy(key => (key.Sender, key.Number)).ToDictionary(group => group.Key, group => group.Count());
        long missing = 0;
        foreach (var request in _sent.SelectMany(requests => requests))
        {
            var count = arrived.GetValueOrDefault((request.Sender, request.Number));
            var what = $"{_destination}: {count} of {request.RecordCount} records of request {request.Sender}.{request.Number}, whose answer was {request.Answer}";
            var isRight = request.Answer switch
            {
                Answer.Acknowledged => count == request.RecordCount || dropped > 0,
                Answer.Refused => count == 0,
                _ => count == 0 || count == request.RecordCount || dropped > 0,
            };
            Assert.True(isRight, what);
            missing += request.Answer == Answer.Acknowledged ? request.RecordCount - count : 0;
        }

        Assert.True(missing <= dropped, $"{_destination}: {missing} acknowledged records are missing; {dropped} were dropped");
    }

    /// <summary>The same records as somewhere else, each with the same id.</summary>
    public void ExpectSameAs(Arrivals other) =>
        Assert.True(
            _ids.Count == other._ids.Count && !_ids.Except(other._ids).Any(),
            $"{_destination} has {_ids.Count} records and {other._destination} has {other._ids.Count}; "
                + $"different: {string.Join(", ", _ids.Except(other._ids).Concat(other._ids.Except(_ids)).Take(10))}");

    private (int Sender, int Number, int Record) Add(JsonElement record)
    {
        var (property, signal) = record.GetProperty("signal").GetString() switch
        {
            "log" => ("body", Signal.Logs),
            "span" => ("name", Signal.Traces),
            "metric" => ("name", Signal.Metrics),
            var other => throw new InvalidOperationException($"{_destination}: signal {other}"),
        };
        var name = record.GetProperty(property).GetString()!;
        var id = UInt128.Parse(record.GetProperty("id").GetString()!, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        var key = Request.Parse(name);
        var request = _sent[key.Sender][key.Number];
        Assert.True(request.Signal == signal && key.Record < request.RecordCount, $"{_destination}: {name} is a {signal}, as it was not sent");
        Assert.True(_ids.TryAdd(key, id), $"{_destination}: {name} is there twice, as {_ids[key]:x32} and {id:x32}");
        Assert.True(_names.TryAdd(id, key) || _names[id] == key, $"{_destination}: id {id:x32} is that of {_names[id]} and of {name}");
        return key;
    }
}
