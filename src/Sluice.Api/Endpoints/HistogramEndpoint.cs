using Sluice.Api.Parameters;
using Sluice.Store;
using Sluice.Telemetry;

namespace Sluice.Api.Endpoints;

/// <summary>Counts over time: from counts kept per minute where those suffice, else by searching.</summary>
internal sealed class HistogramEndpoint : ApiEndpoint
{
    private const int MaxBuckets = 2_000;
    private const int AimedBuckets = 120;
    private const long NanosecondsPerMinute = 60_000_000_000;

    private static readonly int[] StepMinutes = [1, 2, 5, 10, 15, 30, 60, 120, 360, 720, 1440];

    private static readonly string[] SearchParameters =
        [ParameterNames.Query, ParameterNames.TraceId, ParameterNames.SpanId, ParameterNames.Event, ParameterNames.Attribute];

    public override string Path => "histogram";

    public override string Summary => "Records per step of time, by severity or status.";

    public override IReadOnlyList<string> Parameters { get; } =
    [
        ParameterNames.Signal, ParameterNames.From, ParameterNames.To, ParameterNames.Step, ParameterNames.Service, ParameterNames.Severity,
        .. SearchParameters,
    ];

    public override async ValueTask HandleAsync(ApiRequest request, Answer answer, CancellationToken cancellationToken)
    {
        var parameters = request.Parameters;
        var signal = parameters.Text(ParameterNames.Signal) ?? "logs";
        var kinds = KindsOf(signal);
        var range = Range(request);
        var step = Step(parameters, range);
        var warnings = new List<string>();
        var buckets = Count(request, signal, kinds, range, step, warnings, cancellationToken);

        answer.Json.WriteStartObject();
        answer.Json.WriteString("signal", signal);
        answer.Time("from", range.From);
        answer.Time("to", range.To);
        answer.Json.WriteNumber("step_ns", step.Ticks * TimeSpan.NanosecondsPerTick);
        answer.Json.WriteStartArray("buckets");
        foreach (var bucket in buckets)
        {
            answer.Json.WriteStartObject();
            answer.Time("time", bucket.Start);
            answer.Json.WriteNumber("total", bucket.Counts.Values.Sum());
            answer.Json.WriteStartObject("counts");
            foreach (var named in bucket.Counts.OrderBy(count => count.Key).GroupBy(count => NameOf(signal, count.Key), count => count.Value))
            {
                answer.Json.WriteNumber(named.Key, named.Sum());
            }

            answer.Json.WriteEndObject();
            answer.Json.WriteEndObject();
            await answer.SendIfFullAsync(cancellationToken).ConfigureAwait(false);
        }

        answer.Json.WriteEndArray();
        answer.Warnings(warnings);
        answer.Json.WriteEndObject();
    }

    private static IReadOnlyList<HistogramBucket> Count(
        ApiRequest request,
        string signal,
        IReadOnlyList<RecordKind> kinds,
        TimeRange range,
        TimeSpan step,
        List<string> warnings,
        CancellationToken cancellationToken)
    {
        var parameters = request.Parameters;
        var isOfLogs = signal is "logs" or "events";
        if (isOfLogs && SearchParameters.Any(name => parameters.Text(name) is not null))
        {
            var query = LogsEndpoint.ReadConditions(parameters, signal == "events") with { Time = range };
            return request.Store.Histogram(query, step, warnings, cancellationToken);
        }

        foreach (var name in (string[])[ParameterNames.Severity, .. SearchParameters])
        {
            if (!isOfLogs && parameters.Text(name) is not null)
            {
                throw QueryParameters.Bad($"The parameter \"{name}\" is for logs and events.", name, "signal=logs or signal=events with it");
            }
        }

        var counts = new HistogramQuery
        {
            Kinds = kinds,
            Time = range,
            Step = step,
            Service = parameters.Text(ParameterNames.Service),
            MinSeverity = parameters.Severity(),
        };
        return request.Store.Histogram(counts, warnings, cancellationToken);
    }

    private static IReadOnlyList<RecordKind> KindsOf(string signal) => signal switch
    {
        "logs" => [RecordKind.Log, RecordKind.Event],
        "events" => [RecordKind.Event],
        "spans" => [RecordKind.Span],
        "metrics" => [RecordKind.Metric],
        _ => throw QueryParameters.NotA("signal", ParameterNames.Signal, signal, "logs, events, spans or metrics"),
    };

    /// <summary>The last hour unless said otherwise, in whole minutes: so the counts kept and the counts searched agree.</summary>
    private static TimeRange Range(ApiRequest request)
    {
        var range = request.Parameters.Range();
        var now = UnixTime.ToNano(request.Now);
        var to = range.To == long.MaxValue ? now : range.To;
        var from = range.From == long.MinValue ? to - (60 * NanosecondsPerMinute) : range.From;
        if (from > to)
        {
            throw QueryParameters.Bad("The range begins in the future.", ParameterNames.From, "a time that is not after to, which is now unless given");
        }

        return new TimeRange(Floor(from), Floor(to + NanosecondsPerMinute - 1));
    }

    private static long Floor(long time) => time - (((time % NanosecondsPerMinute) + NanosecondsPerMinute) % NanosecondsPerMinute);

    private static TimeSpan Step(QueryParameters parameters, TimeRange range)
    {
        var minutes = (range.To - range.From) / NanosecondsPerMinute;
        if (parameters.Duration(ParameterNames.Step) is not { } step)
        {
            return TimeSpan.FromMinutes(StepMinutes.FirstOrDefault(length => minutes / length <= AimedBuckets, StepMinutes[^1]));
        }

        if (step < TimeSpan.FromMinutes(1) || step.Ticks % TimeSpan.TicksPerMinute != 0)
        {
            throw QueryParameters.Bad("Records are counted per minute.", ParameterNames.Step, "a step of whole minutes, such as 1m, 15m or 1h");
        }

        return minutes / step.TotalMinutes <= MaxBuckets
            ? step
            : throw QueryParameters.Bad($"That would be more than {MaxBuckets} steps.", ParameterNames.Step, "a longer step, or a shorter range");
    }

    private static string NameOf(string signal, int code) => signal switch
    {
        "spans" => code switch { 1 => "OK", 2 => "ERROR", _ => "UNSET" },
        "metrics" => code switch
        {
            5 => "gauge",
            7 => "sum",
            9 => "histogram",
            10 => "exponential_histogram",
            11 => "summary",
            _ => "none",
        },
        _ => SeverityParameter.NameOf(code),
    };
}
