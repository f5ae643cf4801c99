using System.Net;
using Sluice.Load.Content;
using Sluice.Load.Ids;
using Sluice.Load.Receiving;
using Sluice.Testing;
using Sluice.Testing.Sinks;

namespace Sluice.Load.Sending;

public sealed class LoadGeneratorTests
{
    private static readonly IPEndPoint FreePort = new(IPAddress.Loopback, 0);

    public static TheoryData<LoadSignal, bool, bool> Forms()
    {
        var forms = new TheoryData<LoadSignal, bool, bool>();
        foreach (var signal in new[] { LoadSignal.Logs, LoadSignal.Traces, LoadSignal.Metrics })
        {
            forms.Add(signal, false, false);
            forms.Add(signal, false, true);
            forms.Add(signal, true, false);
            forms.Add(signal, true, true);
        }

        forms.Add(LoadSignal.Bulk, false, false);
        forms.Add(LoadSignal.Bulk, false, true);
        return forms;
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task What_is_acknowledged_is_what_the_sink_counted(LoadSignal signal, bool grpc, bool gzip)
    {
        await using var sink = await SinkServer.StartAsync(FreePort, FreePort, cancellationToken: TestContext.Current.CancellationToken);
        var settings = Settings(grpc ? sink.Grpc : sink.Http, grpc, signal, gzip) with { Requests = 50, Connections = 4 };
        var acknowledged = new IdSet(settings.Run);

        var report = await LoadGenerator.RunAsync(settings, acknowledged, TestContext.Current.CancellationToken);

        Assert.Equal((5_000L, 5_000L, null), (report.Sent, report.Acknowledged, report.Failure));
        Assert.Equal(new SinkReport(50, report.SentBytes + (grpc ? 50 * 5 : 0), 5_000, 0, 0), sink.Report);
        Assert.Equal(new Comparison(5_000, 5_000, 0, 0, 0), Comparison.Of([acknowledged], sink.Records.Runs));
        Assert.True(report.AckP99Ms >= report.AckP50Ms && report.AckP50Ms > 0);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_strict_backend_takes_every_request(bool grpc, bool gzip)
    {
        await using var backend = await OtlpSink.StartAsync();

        var report = await LoadGenerator.RunAsync(
            Settings(grpc ? "http://" + backend.Grpc : backend.Http, grpc, gzip: gzip) with { Requests = 10, Connections = 2 }, null, TestContext.Current.CancellationToken);

        Assert.Equal(1_000, report.Acknowledged);

        // It counts behind its answer.
        await Eventually.TrueAsync(() => backend.TakenRequests == 10, "ten requests are taken");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Answers_are_told_apart_and_only_taken_records_are_remembered(bool grpc)
    {
        await using var backend = await OtlpSink.StartAsync();
        var answers = new Queue<SinkAnswer>(
        [
            SinkAnswer.Taken,
            grpc ? SinkAnswer.Rpc(14) : SinkAnswer.Status(503),
            SinkAnswer.PartialSuccess(1, "one is wrong"),
            SinkAnswer.Reset,
            grpc ? SinkAnswer.Rpc(3) : SinkAnswer.Status(400),
            SinkAnswer.Taken,
        ]);
        backend.AnswerWith(_ => answers.Dequeue());
        var acknowledged = new IdSet(5);

        var report = await LoadGenerator.RunAsync(
            Settings(grpc ? "http://" + backend.Grpc : backend.Http, grpc) with { Requests = answers.Count, Connections = 1 }, acknowledged, TestContext.Current.CancellationToken);

        Assert.Equal((600L, 200L, 100L, 200L, 100L), (report.Sent, report.Acknowledged, report.Refused, report.Rejected, report.Unanswered));
        Assert.NotNull(report.Failure);
        var expected = new IdSet(5);
        expected.AddRange(0, 100);
        expected.AddRange(500, 100);
        Assert.Equal(new Comparison(200, 200, 0, 0, 0), Comparison.Of([acknowledged], [expected]));
    }

    [Fact]
    public async Task A_rate_is_kept_by_a_receiver_that_keeps_up()
    {
        await using var sink = await SinkServer.StartAsync(FreePort, FreePort, cancellationToken: TestContext.Current.CancellationToken);
        var settings = Settings(sink.Http, grpc: false) with { RecordsPerSecond = 20_000, Duration = TimeSpan.FromSeconds(3) };

        var report = await LoadGenerator.RunAsync(settings, null, TestContext.Current.CancellationToken);

        // The request at the end is not begun any more; those that a slow machine could not begin in time are not either.
        Assert.InRange(report.Sent, 100, 60_000);
        Assert.Equal(report.Sent, sink.Report.Distinct);
    }

    [Fact]
    public async Task Requests_that_are_late_count_from_when_they_were_due()
    {
        var held = new TaskCompletionSource();
        await using var backend = await OtlpSink.StartAsync();
        backend.AnswerWith(_ => SinkAnswer.Taken.After(held.Task));
        var settings = Settings(backend.Http, grpc: false) with { RecordsPerSecond = 10_000, Requests = 10, Connections = 1 };
        var run = LoadGenerator.RunAsync(settings, null, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => backend.Requests.Count == 1, "the first request is there");
        var started = TimeProvider.System.GetTimestamp();

        await Eventually.TrueAsync(() => TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromSeconds(0.5), "half a second has passed");
        held.SetResult();
        var report = await run;

        // All were due within 0.1 s of the first, and none was answered before 0.5 s; the first alone was under way all the time.
        Assert.Equal(1_000, report.Acknowledged);
        Assert.InRange(report.AckP50Ms, 390, double.MaxValue);
    }

    [Fact]
    public async Task Requests_sent_while_the_sender_settles_count_but_not_their_latencies()
    {
        await using var sink = await SinkServer.StartAsync(FreePort, FreePort, cancellationToken: TestContext.Current.CancellationToken);
        var settings = Settings(sink.Http, grpc: false) with { Requests = 10, Connections = 2, Settling = TimeSpan.FromHours(1) };

        var report = await LoadGenerator.RunAsync(settings, null, TestContext.Current.CancellationToken);

        Assert.Equal((1_000L, 0.0, 0.0), (report.Acknowledged, report.AckP50Ms, report.AckP99Ms));
    }

    [Fact]
    public async Task Cancelling_ends_a_run_that_has_no_end()
    {
        await using var sink = await SinkServer.StartAsync(FreePort, FreePort, cancellationToken: TestContext.Current.CancellationToken);
        using var cancellation = new CancellationTokenSource();
        var acknowledged = new IdSet(5);
        var run = LoadGenerator.RunAsync(Settings(sink.Http, grpc: false), acknowledged, cancellation.Token);

        await Eventually.TrueAsync(() => sink.Report.Requests > 10, "requests arrive");
        await cancellation.CancelAsync();
        var report = await run;

        Assert.Equal((report.Sent, 0L), (report.Acknowledged, report.Unanswered));
        Assert.Equal(new Comparison(report.Sent, report.Sent, 0, 0, 0), Comparison.Of([acknowledged], sink.Records.Runs));
    }

    private static LoadSettings Settings(string endpoint, bool grpc, LoadSignal signal = LoadSignal.Logs, bool gzip = false) =>
        new() { Target = new LoadTarget(new Uri(endpoint), grpc, signal, gzip), Run = 5, RecordsPerRequest = 100 };
}
