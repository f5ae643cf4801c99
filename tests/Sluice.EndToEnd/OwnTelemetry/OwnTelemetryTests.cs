using System.Diagnostics;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using Sluice.EndToEnd.Support;
using Sluice.Telemetry;
using Sluice.Testing;
using Sluice.Testing.Processes;
using Sluice.Testing.Sinks;
using Instance = Sluice.EndToEnd.Support.Instance;

namespace Sluice.EndToEnd.OwnTelemetry;

/// <summary>The executable's own logs, metrics and traces over OTLP, with a stand-in backend that reads them.</summary>
public sealed class OwnTelemetryTests
{
    private const string Pipeline = "exporters: {file: {path: out.jsonl}}\nservice: {pipelines: {logs: {receivers: [otlp], exporters: [file]}}}\n";

    [Theory]
    [InlineData("http/protobuf", "gzip")]
    [InlineData("http/protobuf", "none")]
    [InlineData("grpc", "none")]
    public async Task All_three_signals_arrive_with_the_resource_and_headers_that_are_configured(string protocol, string compression)
    {
        await using var sink = await OtlpSink.StartAsync();
        sink.MayBeChunked = true;
        await using var sluice = await Instance.StartAsync(Pipeline, extra: Telemetry(Exporter(sink, protocol, $", compression: {compression}, headers: [{{name: X-Api-Key, value: secret}}]"), interval: 200));
        await sluice.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", "hello"));

        await Eventually.TrueAsync(() => Metrics(sink).Any(name => name == "sluice_receiver_accepted_records"), "own metrics arrive");
        await Eventually.TrueAsync(() => Spans(sink).Contains("commit request") && Spans(sink).Contains("deliver") && Spans(sink).Contains("flush journal"), "spans of all operations arrive");
        await Eventually.TrueAsync(() => Logs(sink).Any(), "own logs arrive");
        Assert.Equal(0, await sluice.Process.StopAsync());
        Assert.Contains(Logs(sink), body => body.StartsWith("Stopped", StringComparison.Ordinal));

        Assert.All(sink.Requests, request =>
        {
            Assert.Equal("secret", request.Headers["x-api-key"]);
            Assert.Equal(protocol == "grpc", request.IsGrpc);
            var resource = Resource(request).ToDictionary(attribute => attribute.Key, attribute => attribute.Value);
            Assert.Equal("edge", resource["service.name"].StringValue);
            Assert.Equal(7, resource["rack"].IntValue);
            Assert.True(Guid.TryParse(resource["service.instance.id"].StringValue, out _));
            Assert.DoesNotContain("service.version", resource.Keys);
        });
    }

    [Fact]
    public async Task A_stop_sends_what_is_left()
    {
        await using var sink = await OtlpSink.StartAsync();
        await using var sluice = await Instance.StartAsync(Pipeline, extra: Telemetry(Exporter(sink, "http/protobuf"), interval: 3_600_000));
        await sluice.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", "hello"));

        Assert.Empty(sink.Requests);
        Assert.Equal(0, await sluice.Process.StopAsync());
        Assert.Contains("sluice_exporter_settled_records", Metrics(sink));
        Assert.Contains("deliver", Spans(sink));
        Assert.NotEmpty(Logs(sink));
    }

    [Fact]
    public async Task A_backend_that_never_answers_does_not_hold_up_the_stop()
    {
        await using var sink = await OtlpSink.StartAsync();
        var never = new TaskCompletionSource();
        sink.AnswerWith(_ => SinkAnswer.Taken.After(never.Task));
        await using var sluice = await Instance.StartAsync(Pipeline, extra: Telemetry(Exporter(sink, "http/protobuf", ", timeout: 300000"), interval: 200));
        await sluice.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", "hello"));
        await Eventually.TrueAsync(() => sink.Requests.Count > 0, "something is on its way");

        var watch = Stopwatch.StartNew();
        Assert.Equal(0, await sluice.Process.StopAsync());
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"the stop took {watch.Elapsed}");
    }

    [Fact]
    public async Task A_backend_that_is_away_is_told_in_the_log_and_harms_nothing()
    {
        await using var sluice = await Instance.StartAsync(Pipeline, extra: Telemetry("otlp: {protocol: http/protobuf, endpoint: \"http://127.0.0.1:1\"}", interval: 200));

        await Eventually.TrueAsync(() => sluice.Process.Output.Contains("own telemetry: Own telemetry is not sent", StringComparison.Ordinal), "the log says so");
        await sluice.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("shop", "hello"));
        await Eventually.TrueAsync(() => File.Exists(sluice.PathOf("out.jsonl")) && new FileInfo(sluice.PathOf("out.jsonl")).Length > 0, "records are delivered");
    }

    [Fact]
    public async Task It_is_sent_over_tls_to_whom_the_certificate_is_shown()
    {
        using var authority = new TestAuthority();
        using var server = authority.Issue("telemetry", loopback: true);
        using var client = authority.Issue("edge");
        await using var sink = await OtlpSink.StartAsync(server, clients: authority.Certificate);
        var directory = SluiceProcess.CreateDirectory();
        await File.WriteAllTextAsync(Path.Combine(directory, "ca.pem"), authority.Pem);
        await File.WriteAllTextAsync(Path.Combine(directory, "client.pem"), client.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(directory, "client.key"), TestAuthority.KeyPem(client));
        const string Files = ", certificate: ca.pem, client_certificate: client.pem, client_key: client.key";
        await using var sluice = await Instance.StartAsync(Pipeline, directory, Telemetry(Exporter(sink, "grpc", Files), interval: 200));

        await Eventually.TrueAsync(() => Metrics(sink).Any(), "own metrics arrive");
        Assert.All(sink.Requests, request => Assert.Contains("edge", request.ClientName, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_certificate_that_is_not_there_stops_the_start()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => Instance.StartAsync(
            Pipeline, extra: Telemetry("otlp: {protocol: grpc, endpoint: \"https://telemetry:4317\", certificate: nowhere.pem}", interval: 200)));

        Assert.Contains("service::telemetry", failure.Message, StringComparison.Ordinal);
        Assert.Contains("nowhere.pem", failure.Message, StringComparison.Ordinal);
    }

    private static string Exporter(OtlpSink sink, string protocol, string more = "")
    {
        var scheme = new Uri(sink.Http).Scheme;
        return $"otlp: {{protocol: {protocol}, endpoint: \"{(protocol == "grpc" ? $"{scheme}://{sink.Grpc}" : sink.Http)}\"{more}}}";
    }

    /// <summary>Everything over one exporter; every operation counts as slow.</summary>
    private static string Telemetry(string exporter, int interval) =>
        $"""
        service:
          telemetry:
            resource:
              service.name: edge
              rack: 7
              service.version:
            logs:
              processors:
                - batch:
                    schedule_delay: {interval}
                    exporter:
                      {exporter}
            metrics:
              readers:
                - pull:
                    exporter:
                      prometheus:
                        host: 127.0.0.1
                        port: 0
                - periodic:
                    interval: {interval}
                    exporter:
                      {exporter}
            traces:
              slow_threshold: 0s
              processors:
                - batch:
                    schedule_delay: {interval}
                    exporter:
                      {exporter}

        """;

    private static IEnumerable<string> Metrics(OtlpSink sink) =>
        from request in sink.Requests
        where request.Signal == Signal.Metrics
        from resource in Parse<ExportMetricsServiceRequest>(request).ResourceMetrics
        from scope in resource.ScopeMetrics
        from metric in scope.Metrics
        select metric.Name;

    private static IReadOnlyList<string> Spans(OtlpSink sink) =>
    [
        .. from request in sink.Requests
           where request.Signal == Signal.Traces
           from resource in Parse<ExportTraceServiceRequest>(request).ResourceSpans
           from scope in resource.ScopeSpans
           from span in scope.Spans
           select span.Name,
    ];

    private static IEnumerable<string> Logs(OtlpSink sink) =>
        from request in sink.Requests
        where request.Signal == Signal.Logs
        from resource in Parse<ExportLogsServiceRequest>(request).ResourceLogs
        from scope in resource.ScopeLogs
        from record in scope.LogRecords
        select record.Body.StringValue;

    private static IEnumerable<KeyValue> Resource(SinkRequest request) => request.Signal switch
    {
        Signal.Logs => Parse<ExportLogsServiceRequest>(request).ResourceLogs.SelectMany(resource => resource.Resource.Attributes),
        Signal.Traces => Parse<ExportTraceServiceRequest>(request).ResourceSpans.SelectMany(resource => resource.Resource.Attributes),
        _ => Parse<ExportMetricsServiceRequest>(request).ResourceMetrics.SelectMany(resource => resource.Resource.Attributes),
    };

    private static T Parse<T>(SinkRequest request)
        where T : IMessage<T>, new()
    {
        var message = new T();
        message.MergeFrom(request.Message);
        return message;
    }
}
