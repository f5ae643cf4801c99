using System.Net;
using System.Text;
using Google.Protobuf;
using Google.Rpc;
using OpenTelemetry.Proto.Collector.Logs.V1;
using Sluice.Components.Receivers.OtlpReceiver;
using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry;
using Sluice.Testing;
using Sluice.Testing.Otlp;

namespace Sluice.Components.Tests.Receivers.OtlpReceiver;

public sealed class OtlpHttpTests
{
    private const string Protobuf = "application/x-protobuf";
    private const string Json = "application/json";

    [Theory]
    [InlineData(Signal.Logs, null)]
    [InlineData(Signal.Traces, null)]
    [InlineData(Signal.Metrics, null)]
    [InlineData(Signal.Logs, "gzip")]
    [InlineData(Signal.Metrics, "deflate")]
    public async Task A_protobuf_request_reaches_the_intake_as_sent(Signal signal, string? coding)
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        var sent = Requests.Sample(signal);

        var (answer, body) = await Requests.PostAsync(
            test.Http, Requests.Paths[(int)signal], Compress(sent, coding), Protobuf, coding);

        AssertAnswer(answer, HttpStatusCode.OK, Protobuf);
        Assert.Empty(body);
        var (received, payload, _, context) = test.Intake.Requests.Single();
        Assert.Equal(signal, received);
        Assert.Equal(sent, payload);
        Assert.Equal(("otlp", "127.0.0.1"), (context.Receiver, context.Peer));
    }

    [Theory]
    [InlineData(Signal.Logs)]
    [InlineData(Signal.Traces)]
    [InlineData(Signal.Metrics)]
    public async Task A_JSON_request_reaches_the_intake_as_its_protobuf_form(Signal signal)
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        var json = signal switch
        {
            Signal.Logs => """{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"severityText":"WARN","timeUnixNano":"5"}]}]}]}""",
            Signal.Traces => """{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"GET","traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0102030405060708"}]}]}]}""",
            _ => """{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"cpu","gauge":{"dataPoints":[{"asDouble":1.5}]}}]}]}]}""",
        };

        var (answer, body) = await Requests.PostAsync(
            test.Http, Requests.Paths[(int)signal], Requests.Gzip(Encoding.UTF8.GetBytes(json)), Json + "; charset=utf-8", "gzip");

        AssertAnswer(answer, HttpStatusCode.OK, Json);
        Assert.Equal("{}", Encoding.UTF8.GetString(body));
        var request = test.Intake.Requests.Single();
        Assert.Equal(1, request.Records);
        var read = OtlpGenerator.Parse(signal, request.Payload).ToString()!;
        Assert.Contains(signal switch { Signal.Logs => "WARN", Signal.Traces => "GET", _ => "cpu" }, read, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Protobuf, "")]
    [InlineData(Json, "{}")]
    public async Task An_empty_request_is_fine(string contentType, string body)
    {
        await using var test = await ReceiverUnderTest.StartAsync();

        var (answer, _) = await Requests.PostAsync(test.Http, "/v1/logs", Encoding.UTF8.GetBytes(body), contentType);

        AssertAnswer(answer, HttpStatusCode.OK, contentType);
    }

    [Theory]
    [InlineData(Protobuf, false, "a trace id that is neither absent nor 16 bytes")]
    [InlineData(Json, false, "a trace id that is neither absent nor 16 bytes")]
    [InlineData(Json, true, "values nested deeper than 64 levels")]
    public async Task Refused_records_are_a_partial_success(string contentType, bool isDeep, string reason)
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        var bad = isDeep
            ? "{\"body\":" + Repeat("{\"arrayValue\":{\"values\":[", 70) + Repeat("]}}", 70) + "}"
            : "{\"traceId\":\"0a0b0c\"}";
        var sent = contentType == Protobuf
            ? Requests.Logs(good: 3, bad: 2).ToByteArray()
            : Encoding.UTF8.GetBytes($"{{\"resourceLogs\":[{{\"scopeLogs\":[{{\"logRecords\":[{{}},{{}},{{}},{bad},{bad}]}}]}}]}}");

        var (answer, body) = await Requests.PostAsync(test.Http, "/v1/logs", sent, contentType);

        AssertAnswer(answer, HttpStatusCode.OK, contentType);
        var partial = (contentType == Protobuf
            ? ExportLogsServiceResponse.Parser.ParseFrom(body)
            : JsonParser.Default.Parse<ExportLogsServiceResponse>(Encoding.UTF8.GetString(body))).PartialSuccess;
        Assert.Equal(2, partial.RejectedLogRecords);
        Assert.Equal($"2 log records refused; the first, log record 3 of the request (counted from 0), has {reason}", partial.ErrorMessage);
        Assert.Equal(3, test.Intake.Requests.Single().Records);
    }

    [Theory]
    [InlineData("POST", "/v1/other", Protobuf, 404, 12, "nothing is here; OTLP is taken at")]
    [InlineData("GET", "/v1/logs", Protobuf, 405, 12, "OTLP is sent with POST")]
    [InlineData("POST", "/v1/logs", "text/plain", 415, 3, "the content type \"text/plain\" is not supported; use application/x-protobuf or application/json")]
    [InlineData("POST", "/v1/logs", null, 415, 3, "the content type \"\" is not supported")]
    [InlineData("POST", "/v1/logs", Protobuf, 400, 3, "not a valid ExportLogsServiceRequest: malformed protobuf at byte ")]
    [InlineData("POST", "/v1/logs", Json, 400, 3, "not a valid ExportLogsServiceRequest in JSON: ")]
    public async Task A_request_that_cannot_be_right_gets_a_status_in_its_encoding(
        string method, string path, string? contentType, int expected, int code, string message)
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method == "POST")
        {
            request.Content = new ByteArrayContent([0xFF, 0xFF]);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }
        else
        {
            request.Content = new ByteArrayContent([]);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        using var answer = await test.Http.SendAsync(request, TestContext.Current.CancellationToken);

        var encoding = contentType == Protobuf ? Protobuf : Json;
        AssertAnswer(answer, (HttpStatusCode)expected, encoding);
        var status = await StatusOfAsync(answer);
        Assert.Equal(code, status.Code);
        Assert.StartsWith(message, status.Message, StringComparison.Ordinal);
        Assert.Null(answer.Headers.RetryAfter);
        Assert.Equal(expected == 405 ? ["POST"] : [], answer.Content.Headers.Allow);
        Assert.Empty(test.Intake.Requests);
    }

    [Theory]
    [InlineData(Protobuf)]
    [InlineData(Json)]
    public async Task Another_content_encoding_is_refused_and_the_supported_are_named(string contentType)
    {
        await using var test = await ReceiverUnderTest.StartAsync();

        var (answer, _) = await Requests.PostAsync(test.Http, "/v1/logs", [1], contentType, "zstd");

        AssertAnswer(answer, HttpStatusCode.UnsupportedMediaType, contentType);
        Assert.Equal("the content encoding \"zstd\" is not supported; use gzip, deflate, identity", (await StatusOfAsync(answer)).Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_beyond_the_limit_is_413_as_sent_or_inflated(bool gzip)
    {
        await using var test = await ReceiverUnderTest.StartAsync(
            ReceiverUnderTest.FreePorts(http => http with { MaxRequestBodySize = new ByteSize(1000) }));
        var body = new byte[1001];

        var (answer, _) = await Requests.PostAsync(test.Http, "/v1/logs", gzip ? Requests.Gzip(body) : body, Protobuf, gzip ? "gzip" : null);

        AssertAnswer(answer, HttpStatusCode.RequestEntityTooLarge, Protobuf);
        Assert.Null(answer.Headers.RetryAfter);
        Assert.Contains("larger than 1000 bytes (max_request_body_size)", (await StatusOfAsync(answer)).Message, StringComparison.Ordinal);
        Assert.Contains("Logs too_large", test.Intake.Refusals);
    }

    [Fact]
    public async Task Truncated_gzip_is_bad_data()
    {
        await using var test = await ReceiverUnderTest.StartAsync();

        var (answer, _) = await Requests.PostAsync(
            test.Http, "/v1/logs", Requests.Gzip(Requests.Sample(Signal.Logs))[..^5], Protobuf, "gzip");

        AssertAnswer(answer, HttpStatusCode.BadRequest, Protobuf);
        Assert.Contains("truncated or corrupt", (await StatusOfAsync(answer)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Protobuf, 4096)]
    [InlineData(Json, 12000)]
    public async Task Without_budget_the_request_is_429_and_may_be_repeated(string contentType, long budget)
    {
        await using var test = await ReceiverUnderTest.StartAsync(budget: budget);
        var body = Encoding.UTF8.GetBytes("{\"resourceLogs\":[" + new string(' ', 6000) + "]}");

        var (answer, _) = await Requests.PostAsync(test.Http, "/v1/logs", body, contentType);

        AssertAnswer(answer, HttpStatusCode.TooManyRequests, contentType);
        Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter!.Delta);
        Assert.Contains("Logs memory", test.Intake.Refusals);
    }

    [Fact]
    public async Task The_tables_of_envelopes_are_charged_too()
    {
        await using var test = await ReceiverUnderTest.StartAsync(budget: 16 << 10);
        var request = new ExportLogsServiceRequest { ResourceLogs = { new OpenTelemetry.Proto.Logs.V1.ResourceLogs { ScopeLogs = { new OpenTelemetry.Proto.Logs.V1.ScopeLogs() } } } };
        for (var i = 0; i < 1000; i++)
        {
            request.ResourceLogs[0].ScopeLogs[0].LogRecords.Add(new OpenTelemetry.Proto.Logs.V1.LogRecord());
        }

        var (answer, _) = await Requests.PostAsync(test.Http, "/v1/logs", request.ToByteArray(), Protobuf);

        AssertAnswer(answer, HttpStatusCode.TooManyRequests, Protobuf);
    }

    [Theory]
    [InlineData(IntakeStatus.Busy, 429, 8, 3)]
    [InlineData(IntakeStatus.Failed, 503, 14, 1)]
    [InlineData(IntakeStatus.Closed, 503, 14, 1)]
    [InlineData(IntakeStatus.TooLarge, 413, 8, null)]
    public async Task What_the_intake_refuses_has_the_status_that_says_whether_to_repeat_it(IntakeStatus status, int expected, int code, int? retryAfter)
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        test.Intake.Answer = _ => new IntakeResult(status, default, status == IntakeStatus.Busy ? TimeSpan.FromSeconds(2.5) : default, "the reason");

        var (answer, _) = await Requests.PostAsync(test.Http, "/v1/traces", Requests.Sample(Signal.Traces), Protobuf);

        AssertAnswer(answer, (HttpStatusCode)expected, Protobuf);
        Assert.Equal(retryAfter, (int?)answer.Headers.RetryAfter?.Delta?.TotalSeconds);
        var read = await StatusOfAsync(answer);
        Assert.Equal((code, "the reason"), (read.Code, read.Message));
        Assert.Empty(test.Intake.Refusals);
    }

    [Fact]
    public async Task A_signal_without_a_pipeline_is_not_found()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        test.Intake.Takes = signal => signal != Signal.Metrics;

        var (answer, _) = await Requests.PostAsync(test.Http, "/v1/metrics", Requests.Sample(Signal.Metrics), Protobuf);

        AssertAnswer(answer, HttpStatusCode.NotFound, Protobuf);
        Assert.Equal(
            "no pipeline takes metrics from the receiver otlp; add it to one under service::pipelines", (await StatusOfAsync(answer)).Message);
    }

    [Fact]
    public async Task Paths_can_be_moved()
    {
        await using var test = await ReceiverUnderTest.StartAsync(ReceiverUnderTest.FreePorts(http => http with { LogsUrlPath = "/in" }));

        var (answer, _) = await Requests.PostAsync(test.Http, "/in", Requests.Sample(Signal.Logs), Protobuf);
        var (old, _) = await Requests.PostAsync(test.Http, "/v1/logs", Requests.Sample(Signal.Logs), Protobuf);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, old.StatusCode);
    }

    [Fact]
    public async Task Headers_are_kept_when_wanted_except_credentials()
    {
        await using var test = await ReceiverUnderTest.StartAsync(ReceiverUnderTest.FreePorts(http => http with { IncludeMetadata = true }));
        test.Http.DefaultRequestHeaders.Add("X-Tenant", "blue");
        test.Http.DefaultRequestHeaders.Add("Authorization", "Bearer secret");

        await Requests.PostAsync(test.Http, "/v1/logs", Requests.Sample(Signal.Logs), Protobuf);

        var headers = test.Intake.Requests.Single().Context.Headers;
        Assert.Contains(new KeyValuePair<string, string>("x-tenant", "blue"), headers);
        Assert.DoesNotContain(headers, header => header.Key == "authorization");
    }

    [Fact]
    public async Task Requests_of_a_connection_share_their_context()
    {
        await using var test = await ReceiverUnderTest.StartAsync();

        await Requests.PostAsync(test.Http, "/v1/logs", Requests.Sample(Signal.Logs), Protobuf);
        await Requests.PostAsync(test.Http, "/v1/logs", Requests.Sample(Signal.Logs), Protobuf);

        Assert.Single(test.Intake.Requests.Select(request => request.Context).Distinct(ReferenceEqualityComparer.Instance));
    }

    [Fact]
    public async Task Any_mutation_of_a_request_gets_an_answer_and_leaks_nothing()
    {
        var random = new Random(RandomSeed.Value);
        await using var test = await ReceiverUnderTest.StartAsync();
        for (var i = 0; i < 300; i++)
        {
            var body = Requests.Sample(Signal.Traces, random.Next(20));
            for (var flips = random.Next(1, 4); flips > 0 && body.Length > 0; flips--)
            {
                body[random.Next(body.Length)] = (byte)random.Next(256);
            }

            var (answer, _) = await Requests.PostAsync(test.Http, "/v1/traces", body[..random.Next(body.Length + 1)], Protobuf);

            Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest, $"SLUICE_SEED={RandomSeed.Value}, round {i}: {answer.StatusCode}");
        }
    }

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    private static byte[] Compress(byte[] body, string? coding)
    {
        if (coding != "deflate")
        {
            return coding is null ? body : Requests.Gzip(body);
        }

        using var output = new MemoryStream();
        using (var zlib = new System.IO.Compression.ZLibStream(output, System.IO.Compression.CompressionLevel.Fastest))
        {
            zlib.Write(body);
        }

        return output.ToArray();
    }

    private static void AssertAnswer(HttpResponseMessage answer, HttpStatusCode status, string contentType)
    {
        Assert.True(answer.StatusCode == status, $"{status} was expected: {answer}");
        Assert.Equal(contentType, answer.Content.Headers.ContentType!.ToString());
    }

    private static async Task<Status> StatusOfAsync(HttpResponseMessage answer)
    {
        var body = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        var parser = new JsonParser(JsonParser.Settings.Default.WithTypeRegistry(
            Google.Protobuf.Reflection.TypeRegistry.FromMessages(RetryInfo.Descriptor)));
        return answer.Content.Headers.ContentType!.MediaType == Json
            ? parser.Parse<Status>(Encoding.UTF8.GetString(body))
            : Status.Parser.ParseFrom(body);
    }
}
