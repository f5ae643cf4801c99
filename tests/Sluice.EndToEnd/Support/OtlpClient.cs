using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Logs.V1;
using Sluice.Telemetry;

namespace Sluice.EndToEnd.Support;

/// <summary>Sends whole OTLP requests, as no SDK would, and gives back the bare answers.</summary>
internal sealed class OtlpClient(IReadOnlyDictionary<string, string> endpoints, string receiver = "otlp") : IDisposable
{
    private static readonly string[] HttpPaths = ["/v1/logs", "/v1/traces", "/v1/metrics"];

    private static readonly string[] GrpcPaths =
    [
        "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
        "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
        "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
    ];

    private readonly HttpClient _http = new();

    /// <summary>A request with one log record per body.</summary>
    public static ExportLogsServiceRequest Logs(string service, params IEnumerable<string> bodies)
    {
        var scope = new ScopeLogs();
        scope.LogRecords.AddRange(bodies.Select(body => new LogRecord { Body = new() { StringValue = body } }));
        var resource = new ResourceLogs { Resource = new(), ScopeLogs = { scope } };
        resource.Resource.Attributes.Add(new KeyValue { Key = "service.name", Value = new() { StringValue = service } });
        return new ExportLogsServiceRequest { ResourceLogs = { resource } };
    }

    /// <summary>Posts protobuf.</summary>
    public Task<HttpResponseMessage> PostAsync(Signal signal, IMessage request) => PostAsync(signal, request.ToByteArray(), "application/x-protobuf");

    /// <summary>Posts a body.</summary>
    public async Task<HttpResponseMessage> PostAsync(Signal signal, byte[] body, string contentType)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        return await _http.PostAsync(new Uri($"http://{endpoints[receiver + "/http"]}{HttpPaths[(int)signal]}"), content);
    }

    /// <summary>Posts records that must be taken.</summary>
    public async Task SendAsync(Signal signal, IMessage request)
    {
        using var response = await PostAsync(signal, request);
        await ExpectTakenAsync(response);
    }

    /// <summary>Posts OTLP-JSON that must be taken; its first member says which signal it is.</summary>
    public async Task SendJsonAsync(string json)
    {
        var signal = json.StartsWith("{\"resourceLogs\"", StringComparison.Ordinal) ? Signal.Logs
            : json.StartsWith("{\"resourceSpans\"", StringComparison.Ordinal) ? Signal.Traces
            : Signal.Metrics;
        using var response = await PostAsync(signal, System.Text.Encoding.UTF8.GetBytes(json), "application/json");
        await ExpectTakenAsync(response);
    }

    /// <summary>Calls the gRPC service.</summary>
    /// <returns>The gRPC status (0 is OK) with its message, and the encoded google.rpc.Status if there is one.</returns>
    public async Task<(int Status, string Message, byte[] Details)> CallAsync(Signal signal, IMessage request)
    {
        using var call = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://{endpoints[receiver + "/grpc"]}{GrpcPaths[(int)signal]}"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(Frame(request.ToByteArray())),
        };
        call.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        call.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        using var response = await _http.SendAsync(call);
        await response.Content.LoadIntoBufferAsync();
        var details = Field(response, "grpc-status-details-bin");
        return (
            int.Parse(Field(response, "grpc-status"), System.Globalization.CultureInfo.InvariantCulture),
            Uri.UnescapeDataString(Field(response, "grpc-message")),
            Convert.FromBase64String(details.PadRight((details.Length + 3) / 4 * 4, '=')));
    }

    public void Dispose() => _http.Dispose();

    private static async Task ExpectTakenAsync(HttpResponseMessage response) =>
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{response.StatusCode}: {await response.Content.ReadAsStringAsync()}");

    /// <summary>A trailer, or a header when the answer is trailers only.</summary>
    private static string Field(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out var values) || response.Headers.TryGetValues(name, out values) ? values.First() : "";

    private static byte[] Frame(byte[] message)
    {
        var frame = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }
}
