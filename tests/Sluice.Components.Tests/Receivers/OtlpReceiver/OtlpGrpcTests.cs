using Google.Protobuf;
using Google.Rpc;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Metrics.V1;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry;

namespace Sluice.Components.Tests.Receivers.OtlpReceiver;

public sealed class OtlpGrpcTests
{
    [Theory]
    [InlineData(Signal.Logs, false)]
    [InlineData(Signal.Traces, false)]
    [InlineData(Signal.Metrics, false)]
    [InlineData(Signal.Logs, true)]
    [InlineData(Signal.Traces, true)]
    [InlineData(Signal.Metrics, true)]
    public async Task A_request_reaches_the_intake_as_sent(Signal signal, bool gzip)
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        var sent = Requests.Sample(signal);

        var (code, _, _, response) = await Requests.CallAsync(test.Grpc, Requests.Methods[(int)signal], sent, gzip);

        Assert.Equal(0, code);
        Assert.Empty(response);
        var (received, payload, _, context) = test.Intake.Requests.Single();
        Assert.Equal(signal, received);
        Assert.Equal(sent, payload);
        Assert.Equal(("otlp", "127.0.0.1"), (context.Receiver, context.Peer));
    }

    [Fact]
    public async Task Refused_records_are_a_partial_success()
    {
        await using var test = await ReceiverUnderTest.StartAsync();

        var (code, _, _, response) = await Requests.CallAsync(
            test.Grpc, Requests.Methods[0], Requests.Logs(good: 1, bad: 300).ToByteArray());

        Assert.Equal(0, code);
        var partial = ExportLogsServiceResponse.Parser.ParseFrom(response).PartialSuccess;
        Assert.Equal(300, partial.RejectedLogRecords);
        Assert.Contains("log record 1 of the request", partial.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refused_metrics_count_their_data_points()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        test.Intake.Answer = _ => IntakeResult.Accepted(new RecordRejections(1, 7, RejectionReason.InvalidUtf8, 4));

        var (_, _, _, response) = await Requests.CallAsync(
            test.Grpc,
            Requests.Methods[2],
            new ExportMetricsServiceRequest { ResourceMetrics = { new ResourceMetrics() } }.ToByteArray());

        var partial = ExportMetricsServiceResponse.Parser.ParseFrom(response).PartialSuccess;
        Assert.Equal(7, partial.RejectedDataPoints);
        Assert.Contains("metric 4 of the request (counted from 0), has a string that is not UTF-8", partial.ErrorMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(IntakeStatus.Busy, 8, 2500)]
    [InlineData(IntakeStatus.Failed, 14, 1000)]
    [InlineData(IntakeStatus.Closed, 14, 1000)]
    [InlineData(IntakeStatus.TooLarge, 8, null)]
    public async Task What_the_intake_refuses_says_whether_to_repeat_it(IntakeStatus status, int expected, int? retryMs)
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        test.Intake.Answer = _ => new IntakeResult(status, default, status == IntakeStatus.Busy ? TimeSpan.FromSeconds(2.5) : default, "the reason");

        var (code, message, details, _) = await Requests.CallAsync(test.Grpc, Requests.Methods[1], Requests.Sample(Signal.Traces));

        Assert.Equal((expected, "the reason"), (code, message));
        Assert.Equal(retryMs, (int?)details?.Details.Single().Unpack<RetryInfo>().RetryDelay.ToTimeSpan().TotalMilliseconds);
    }

    [Fact]
    public async Task Malformed_protobuf_is_an_invalid_argument()
    {
        await using var test = await ReceiverUnderTest.StartAsync();

        var (code, message, details, _) = await Requests.CallAsync(test.Grpc, Requests.Methods[0], [0xFF, 0xFF]);

        Assert.Equal(3, code);
        Assert.StartsWith("not a valid ExportLogsServiceRequest: malformed protobuf at byte ", message, StringComparison.Ordinal);
        Assert.Null(details);
        Assert.Contains("Logs bad_data", test.Intake.Refusals);
    }

    [Fact]
    public async Task A_signal_without_a_pipeline_and_another_service_are_unimplemented()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        test.Intake.Takes = signal => signal == Signal.Logs;

        var (code, message, _, _) = await Requests.CallAsync(test.Grpc, Requests.Methods[1], Requests.Sample(Signal.Traces));
        var (other, _, _, _) = await Requests.CallAsync(
            test.Grpc, "/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export", []);

        Assert.Equal(12, code);
        Assert.StartsWith("no pipeline takes traces from the receiver otlp", message, StringComparison.Ordinal);
        Assert.Equal(12, other);
    }

    [Fact]
    public async Task Without_budget_the_call_may_be_repeated()
    {
        await using var test = await ReceiverUnderTest.StartAsync(budget: 1000);

        var (code, _, details, _) = await Requests.CallAsync(test.Grpc, Requests.Methods[0], Requests.Sample(Signal.Logs));

        Assert.Equal(8, code);
        Assert.Equal(1, details!.Details.Single().Unpack<RetryInfo>().RetryDelay.Seconds);
        Assert.Contains("Logs memory", test.Intake.Refusals);
    }

    [Fact]
    public async Task A_message_beyond_the_configured_limit_is_refused()
    {
        await using var test = await ReceiverUnderTest.StartAsync(ReceiverUnderTest.FreePorts(grpc: grpc => grpc with { MaxRecvMsgSizeMib = 1 }));

        var (code, message, details, _) = await Requests.CallAsync(test.Grpc, Requests.Methods[0], new byte[(1 << 20) + 1]);

        Assert.Equal(8, code);
        Assert.Equal("grpc: received message larger than max (1048577 vs. 1048576)", message);
        Assert.Null(details);
        Assert.Contains("Logs too_large", test.Intake.Refusals);
    }

    [Fact]
    public async Task A_call_whose_time_is_over_is_not_stored()
    {
        await using var test = await ReceiverUnderTest.StartAsync();

        var (code, _, _, _) = await Requests.CallAsync(test.Grpc, Requests.Methods[0], Requests.Sample(Signal.Logs), timeout: "0n");

        Assert.Equal(4, code);
        Assert.Empty(test.Intake.Requests);
    }
}
