using System.Text;
using Google.Protobuf;
using Prometheus.RemoteWrite.Proto;
using Sluice.Testing.Sinks;
using Second = Prometheus.RemoteWrite.Proto2;

namespace Sluice.Testing.Prometheus;

/// <summary>What a <see cref="RemoteWriteStandin"/> does with a request.</summary>
public enum RemoteWritePlay
{
    /// <summary>Takes it, if it is as it should be.</summary>
    Take,

    /// <summary>Takes it, and the connection breaks before the answer. What it refuses is answered.</summary>
    LoseAnswer,

    /// <summary>The connection breaks before it is taken.</summary>
    LoseRequest,

    /// <summary>Takes it, and never answers.</summary>
    HoldAnswer,
}

/// <summary>What a <see cref="RemoteWriteStandin"/> knows of remote write 2.0.</summary>
public enum RemoteWriteKnowledge
{
    /// <summary>Both messages.</summary>
    Both,

    /// <summary>Nothing, and it says so: 415.</summary>
    First,

    /// <summary>Nothing, and it takes every message for one of 1.0.</summary>
    FirstUnaware,
}

/// <summary>
/// A strict stand-in for a receiver of Prometheus' remote write, 1.0 and 2.0. It checks headers, framing, labels and the order of samples; what the
/// specification forbids is a fault. As Prometheus, it takes a request whole or not at all, and refuses one with a sample that is older than the last
/// of its series, or of its time with another value. Thread-safe.
/// </summary>
public sealed class RemoteWriteStandin : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly HttpSink _sink;
    private readonly List<string> _faults = [];
    private readonly List<WriteRequest> _taken = [];
    private readonly List<Second.Request> _takenSecond = [];
    private readonly Dictionary<string, List<Sample>> _samples = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Histogram>> _histograms = new(StringComparer.Ordinal);
    private volatile Func<string, string?> _refuse = _ => null;
    private volatile Func<WriteRequest, object> _play = _ => RemoteWritePlay.Take;

    private RemoteWriteStandin(HttpSink sink)
    {
        _sink = sink;
        sink.AnswerWith(Serve);
    }

    /// <summary>Where it takes requests.</summary>
    public string Address => _sink.Address + "/api/v1/write";

    /// <summary>Every request that came, with its headers.</summary>
    public IReadOnlyList<HttpSinkRequest> Requests => _sink.Requests;

    /// <summary>What was not as the specification has it.</summary>
    public IReadOnlyList<string> Faults => Read(() => (string[])[.. _faults]);

    /// <summary>The requests that were taken.</summary>
    public IReadOnlyList<WriteRequest> Taken => Read(() => (WriteRequest[])[.. _taken]);

    /// <summary>The messages of 2.0 that were taken, in part at least; <see cref="Taken"/> has them as those of 1.0.</summary>
    public IReadOnlyList<Second.Request> TakenSecond => Read(() => (Second.Request[])[.. _takenSecond]);

    /// <summary>What it knows of remote write 2.0.</summary>
    public RemoteWriteKnowledge Knowledge { get; set; }

    /// <summary>Whether it takes the rest of what it refuses, as Mimir does, and Prometheus with 2.0.</summary>
    public bool TakesInPart { get; set; }

    /// <summary>The samples of every series, by its labels as <c>name{label="value"}</c>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Sample>> Samples =>
        Read(() => _samples.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<Sample>)[.. pair.Value], StringComparer.Ordinal));

    /// <summary>The native histograms of every series.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Histogram>> Histograms =>
        Read(() => _histograms.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<Histogram>)[.. pair.Value], StringComparer.Ordinal));

    /// <summary>Listens on a free port.</summary>
    public static async Task<RemoteWriteStandin> StartAsync() => new(await HttpSink.StartAsync());

    /// <summary>Decides about requests from now on.</summary>
    /// <param name="play">A <see cref="RemoteWritePlay"/>, or a <see cref="SinkAnswer"/> to a request that it does not take.</param>
    public void AnswerWith(Func<WriteRequest, object> play) => _play = play;

    /// <summary>Refuses requests from now on for a series in them, unless an earlier one is refused for its order.</summary>
    /// <param name="refuse">What it says of a series by its name; null when it takes it.</param>
    public void RefuseSeries(Func<string, string?> refuse) => _refuse = refuse;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _sink.DisposeAsync();

    /// <summary>Labels as people write them.</summary>
    public static string Text(IEnumerable<Label> labels)
    {
        var rest = labels.Where(label => label.Name != "__name__").Select(label => $"{label.Name}=\"{label.Value}\"").ToArray();
        var name = labels.FirstOrDefault(label => label.Name == "__name__")?.Value;
        return rest.Length == 0 ? name ?? "" : $"{name}{{{string.Join(',', rest)}}}";
    }

    private SinkAnswer Serve(HttpSinkRequest request)
    {
        lock (_gate)
        {
            var isSecond = request.Headers.GetValueOrDefault("content-type")?.Contains("write.v2", StringComparison.Ordinal) == true;
            if (isSecond && Knowledge == RemoteWriteKnowledge.First)
            {
                return SinkAnswer.Status(415, "what is that?");
            }

            var (message, second) = isSecond && Knowledge == RemoteWriteKnowledge.Both ? ParseSecond(request) : (ParseFirst(request, isSecond), null);
            if (message is null)
            {
                return SinkAnswer.Status(400, _faults[^1]);
            }

            return _play(message) switch
            {
                SinkAnswer answer => answer,
                RemoteWritePlay.LoseRequest => SinkAnswer.Reset,
                var play => Take(message, second) is var (status, answer) && status == 204 && play is RemoteWritePlay.HoldAnswer ? answer.After(new TaskCompletionSource().Task)
                    : play is RemoteWritePlay.LoseAnswer && status == 204 ? SinkAnswer.Reset : answer,
            };
        }
    }

    private WriteRequest? ParseFirst(HttpSinkRequest request, bool isSecond)
    {
        var faults = _faults.Count;
        if (!isSecond)
        {
            CheckHeaders(request, "application/x-protobuf", "0.1.0");
        }

        return Decode(request, WriteRequest.Parser) is { } decoded && Check(decoded.Message) && _faults.Count == faults ? decoded.Message : null;
    }

    private (WriteRequest? Message, Second.Request? Second) ParseSecond(HttpSinkRequest request)
    {
        var faults = _faults.Count;
        CheckHeaders(request, "application/x-protobuf;proto=io.prometheus.write.v2.Request", "2.0.0");
        if (Decode(request, Second.Request.Parser) is not { } decoded)
        {
            return default;
        }

        _faults.AddRange(RemoteWriteSecond.FindFaults(decoded.Message, decoded.Bytes));
        var resolved = RemoteWriteSecond.Resolve(decoded.Message);
        return Check(resolved) && _faults.Count == faults ? (resolved, decoded.Message) : default;
    }

    private (T Message, byte[] Bytes)? Decode<T>(HttpSinkRequest request, MessageParser<T> parser)
        where T : IMessage<T>
    {
        try
        {
            var bytes = SnappyBlock.Decompress(request.Body);
            return (parser.ParseFrom(bytes), bytes);
        }
        catch (Exception e) when (e is InvalidDataException or InvalidProtocolBufferException)
        {
            _faults.Add(e.Message);
            return null;
        }
    }

    private void CheckHeaders(HttpSinkRequest request, string type, string version)
    {
        Header(request, "content-encoding", "snappy");
        Header(request, "content-type", type);
        Header(request, "x-prometheus-remote-write-version", version);
        if (request.Method != "POST" || request.Target != "/api/v1/write" || !request.Headers.ContainsKey("user-agent"))
        {
            _faults.Add($"{request.Method} {request.Target}, from {request.Headers.GetValueOrDefault("user-agent")}");
        }
    }

    /// <returns>True, to go on with.</returns>
    private bool Check(WriteRequest message)
    {
        foreach (var series in message.Timeseries)
        {
            CheckLabels(series.Labels, "__name__");
            if (series.Samples.Count + series.Histograms.Count == 0)
            {
                _faults.Add($"{Text(series.Labels)} has no sample");
            }

            foreach (var exemplar in series.Exemplars)
            {
                CheckLabels(exemplar.Labels, "");
            }
        }

        return true;
    }

    private void Header(HttpSinkRequest request, string name, string value)
    {
        if (request.Headers.GetValueOrDefault(name) is var found && found != value)
        {
            _faults.Add($"{name} is {found}, not {value}");
        }
    }

    private void CheckLabels(IReadOnlyList<Label> labels, string needed)
    {
        var before = ""u8.ToArray();
        foreach (var label in labels)
        {
            var name = Encoding.UTF8.GetBytes(label.Name);
            if (name.AsSpan().SequenceCompareTo(before) <= 0 || label.Value.Length == 0)
            {
                _faults.Add($"the labels {Text(labels)} are not sorted, or one is empty or twice there");
            }

            before = name;
        }

        if (needed.Length > 0 && labels.All(label => label.Name != needed))
        {
            _faults.Add($"the labels {Text(labels)} have no {needed}");
        }
    }

    /// <summary>Takes a message, or what of it can be taken.</summary>
    /// <param name="message">The message.</param>
    /// <param name="second">The same in 2.0, if it came like that: then the answer says what was taken.</param>
    private (int Status, SinkAnswer Answer) Take(WriteRequest message, Second.Request? second)
    {
        var last = new Dictionary<string, (long Time, double Value)>(StringComparer.Ordinal);
        var (refusals, taken) = (new List<string>(), new List<TimeSeries>());
        foreach (var series in message.Timeseries)
        {
            if (Refuses(series, last) is { } refusal)
            {
                refusals.Add(refusal);
            }
            else
            {
                taken.Add(series);
            }
        }

        if (refusals.Count > 0 && !TakesInPart)
        {
            taken.Clear();
        }

        foreach (var series in taken)
        {
            Keep(_samples, Text(series.Labels), series.Samples, (x, y) => x.Timestamp == y.Timestamp);
            Keep(_histograms, Text(series.Labels), series.Histograms, (x, y) => x.Timestamp == y.Timestamp);
        }

        if (taken.Count > 0 || refusals.Count == 0)
        {
            _taken.Add(message);
            _takenSecond.AddRange(second is null ? [] : [second]);
        }

        (string, string)[] written = second is null ? [] :
        [
            Written("Samples", taken.Sum(series => series.Samples.Count)),
            Written("Histograms", taken.Sum(series => series.Histograms.Count)),
            Written("Exemplars", taken.Sum(series => series.Exemplars.Count)),
        ];
        return refusals.Count == 0 ? (204, SinkAnswer.Status(204, headers: written)) : (400, SinkAnswer.Status(400, refusals[0], headers: written));
    }

    private static (string, string) Written(string what, int count) => ($"X-Prometheus-Remote-Write-{what}-Written", $"{count}");

    private string? Refuses(TimeSeries series, Dictionary<string, (long Time, double Value)> last)
    {
        var name = Text(series.Labels);
        if (_refuse(series.Labels.FirstOrDefault(label => label.Name == "__name__")?.Value ?? "") is { } reason)
        {
            return reason;
        }

        var times = series.Samples.Select(sample => (sample.Timestamp, sample.Value)).Concat(series.Histograms.Select(histogram => (histogram.Timestamp, histogram.Sum)));
        foreach (var (time, value) in times)
        {
            if (Refuses(name, last, time, value) is { } refusal)
            {
                return refusal;
            }

            last[name] = (time, value);
        }

        return null;
    }

    private string? Refuses(string name, Dictionary<string, (long Time, double Value)> last, long time, double value)
    {
        if (!last.TryGetValue(name, out var before))
        {
            if (_samples.TryGetValue(name, out var samples))
            {
                before = (samples[^1].Timestamp, samples[^1].Value);
            }
            else if (_histograms.TryGetValue(name, out var histograms))
            {
                before = (histograms[^1].Timestamp, histograms[^1].Sum);
            }
            else
            {
                return null;
            }
        }
        else if (time <= before.Time)
        {
            _faults.Add($"{name} has samples of {before.Time} and {time} in one request");
        }

        return time < before.Time ? "out of order sample"
            : time == before.Time && !value.Equals(before.Value) ? "duplicate sample for timestamp"
            : null;
    }

    private static void Keep<T>(Dictionary<string, List<T>> all, string name, IReadOnlyCollection<T> more, Func<T, T, bool> isSame)
    {
        if (more.Count == 0)
        {
            return;
        }

        if (!all.TryGetValue(name, out var kept))
        {
            all.Add(name, kept = []);
        }

        foreach (var one in more)
        {
            if (kept.Count == 0 || !isSame(kept[^1], one))
            {
                kept.Add(one);
            }
        }
    }

    private T Read<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }
}
