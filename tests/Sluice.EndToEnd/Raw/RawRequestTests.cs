using System.Buffers.Binary;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;
using Sluice.EndToEnd.Forwarding;
using Sluice.EndToEnd.Support;
using Sluice.Telemetry;
using Sluice.Testing.Otlp;

namespace Sluice.EndToEnd.Raw;

/// <summary>
/// What no SDK sends: every field and kind of value that the protocol has, numbers at their limits, empty things, fields of later versions.
/// Google.Protobuf makes the requests and reads the files.
/// </summary>
public sealed class RawRequestTests
{
    private const int RequestsPerSignal = 15;

    private const string Configuration =
        """
        exporters:
          file/json: {path: out.json, format: json}
          file/proto: {path: out.pb, format: proto}
        service:
          pipelines:
            logs: {receivers: [otlp], exporters: [file/json, file/proto]}
            traces: {receivers: [otlp], exporters: [file/json, file/proto]}
            metrics: {receivers: [otlp], exporters: [file/json, file/proto]}
        """;

    [Theory]
    [InlineData("http")]
    [InlineData("grpc")]
    public async Task Every_field_of_the_protocol_is_in_the_files_as_it_was_sent(string transport)
    {
        await using var sluice = await Instance.StartAsync(Configuration);
        var generator = new OtlpGenerator(seed: 20_26);
        List<string> sent = [];
        foreach (var signal in Enum.GetValues<Signal>())
        {
            for (var i = 0; i < RequestsPerSignal; i++)
            {
                sent.AddRange(await SendAsync(sluice, transport, signal, generator.Request(signal)));
            }
        }

        Assert.Equal(0, await sluice.Process.StopAsync());
        var json = (await File.ReadAllLinesAsync(sluice.PathOf("out.json"))).SelectMany(line =>
            Records(ProtoJsonOracle.Parse(SignalOf(line), System.Text.Encoding.UTF8.GetBytes(line))));
        Assert.Equal(sent.Order(StringComparer.Ordinal), json.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("http")]
    [InlineData("grpc")]
    public async Task Fields_of_later_versions_of_the_protocol_are_kept(string transport)
    {
        await using var sluice = await Instance.StartAsync(Configuration);
        var generator = new OtlpGenerator(seed: 77, new OtlpGeneratorOptions { UnknownFields = true });
        List<string> sent = [];
        for (var i = 0; i < RequestsPerSignal; i++)
        {
            sent.AddRange(await SendAsync(sluice, transport, Signal.Traces, generator.Traces()));
        }

        Assert.Equal(0, await sluice.Process.StopAsync());
        var kept = Frames(await File.ReadAllBytesAsync(sluice.PathOf("out.pb"))).SelectMany(frame => Records(OtlpGenerator.Parse(Signal.Traces, frame)));
        Assert.Equal(sent.Order(StringComparer.Ordinal), kept.Order(StringComparer.Ordinal));
    }

    public static MatrixTheoryData<string, Signal> Chains => new(["otlp_http: {}", "otlp_grpc: {}"], Enum.GetValues<Signal>());

    [Theory]
    [MemberData(nameof(Chains))]
    public async Task Through_two_of_them_no_byte_of_a_record_changes(string exporter, Signal signal)
    {
        await using var chain = await Chain.StartAsync(exporter);
        var generator = new OtlpGenerator(seed: 78, new OtlpGeneratorOptions { UnknownFields = true });
        List<string> sent = [];
        for (var i = 0; i < RequestsPerSignal; i++)
        {
            sent.AddRange(await SendAsync(chain.First, i % 2 == 0 ? "http" : "grpc", signal, generator.Request(signal)));
        }

        Assert.Equal(0, await chain.First.Process.StopAsync());
        Assert.Equal(0, await chain.Second.Process.StopAsync());
        var kept = Frames(await File.ReadAllBytesAsync(chain.Second.PathOf("out.pb"))).SelectMany(frame => Records(OtlpGenerator.Parse(signal, frame)));
        Assert.Equal(sent.Order(StringComparer.Ordinal), kept.Order(StringComparer.Ordinal));
    }

    /// <summary>Sends a request and returns its records, each with its context; what is refused by itself is checked to be none.</summary>
    private static async Task<IEnumerable<string>> SendAsync(Instance sluice, string transport, Signal signal, IMessage request)
    {
        if (transport == "http")
        {
            await sluice.Otlp.SendAsync(signal, request);
        }
        else
        {
            var (status, message, _) = await sluice.Otlp.CallAsync(signal, request);
            Assert.True(status == 0, message);
        }

        return Records(request);
    }

    private static Signal SignalOf(string line) => line[..13] switch
    {
        "{\"resourceLog" => Signal.Logs,
        "{\"resourceSpa" => Signal.Traces,
        _ => Signal.Metrics,
    };

    private static IEnumerable<byte[]> Frames(byte[] file)
    {
        for (var at = 0; at < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            yield return file.AsSpan(at + 4, length).ToArray();
            at += 4 + length;
        }
    }

    /// <summary>Each record with its resource and scope, in bytes: requests may be joined and split, records may not change.</summary>
    private static IEnumerable<string> Records(IMessage request) => request switch
    {
        ExportLogsServiceRequest logs =>
            from container in logs.ResourceLogs
            from scope in container.ScopeLogs
            from record in scope.LogRecords
            select Text(container.Resource, container.SchemaUrl, scope.Scope, scope.SchemaUrl, record),
        ExportTraceServiceRequest traces =>
            from container in traces.ResourceSpans
            from scope in container.ScopeSpans
            from record in scope.Spans
            select Text(container.Resource, container.SchemaUrl, scope.Scope, scope.SchemaUrl, record),
        ExportMetricsServiceRequest metrics =>
            from container in metrics.ResourceMetrics
            from scope in container.ScopeMetrics
            from record in scope.Metrics
            select Text(container.Resource, container.SchemaUrl, scope.Scope, scope.SchemaUrl, record),
        _ => throw new ArgumentException($"{request.Descriptor.Name} is not a request of OTLP.", nameof(request)),
    };

    private static string Text(IMessage? resource, string resourceSchema, IMessage? scope, string scopeSchema, IMessage record) =>
        string.Join('|', Bytes(resource), resourceSchema, Bytes(scope), scopeSchema, Bytes(record));

    private static string Bytes(IMessage? message) => message is null ? "" : Convert.ToBase64String(message.ToByteArray());
}
