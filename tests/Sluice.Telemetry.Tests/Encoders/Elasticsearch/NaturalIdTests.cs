using System.Text;
using System.Text.Json;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;
using Sluice.Journal;
using Sluice.Telemetry.Encoders.Elasticsearch;
using Sluice.Telemetry.Tests.Otlp;
using Sluice.Testing;
using OtlpValue = OpenTelemetry.Proto.Common.V1.AnyValue;

namespace Sluice.Telemetry.Tests.Encoders.Elasticsearch;

/// <summary>Ids of documents that records bring with them.</summary>
public sealed class NaturalIdTests : IDisposable
{
    private const string OwnId = "00000000000000010000000000000000";
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";
    private const string SpanId = "b7ad6b7169203331";

    private readonly Indexing _indexing = new();

    public void Dispose() => _indexing.Dispose();

    [Fact]
    public void An_attribute_of_any_name_is_the_id_and_stays_in_the_document()
    {
        var ids = new NaturalIdOptions { Attribute = "order.id" };

        Assert.Equal([("17", true)], Logs(ids, Log(("order.id", 17L))).Select(item => (item.Id, item.Document.Contains("\"order.id\":17", StringComparison.Ordinal))));
        Assert.Equal("a/b \"c\"", Assert.Single(Logs(ids, Log(("order.id", "a/b \"c\"")))).Id);
        Assert.Equal(OwnId, Assert.Single(Logs(ids, Log(("elasticsearch.document_id", "x")))).Id);
        Assert.Contains("its attribute order.id is neither a text nor a whole number", Fault(ids, Log(("order.id", true))), StringComparison.Ordinal);
    }

    [Fact]
    public void The_scope_goes_before_the_id_so_that_two_scopes_never_share_one()
    {
        var ids = new NaturalIdOptions { Attribute = "id", Scope = ["receiver", "endpoint", "service.name", "tenant"] };
        var log = Log(("id", "7/8"), ("endpoint", "a/b%"));

        Assert.Equal("webhook%2Fshop/a%2Fb%25/shop/4/7/8", Assert.Single(Logs(ids, log, "webhook/shop")).Id);
        Assert.Equal(OwnId, Assert.Single(Logs(ids, log, receiver: "")).Id);
        Assert.Equal(OwnId, Assert.Single(Logs(ids, Log(("id", "7")), "webhook")).Id);
    }

    [Fact]
    public void A_record_that_lacks_what_is_required_has_no_document()
    {
        var ids = new NaturalIdOptions { Attribute = "id", Scope = ["receiver"], IsRequired = true };

        Assert.Equal("r/7", Assert.Single(Logs(ids, Log(("id", "7")), "r")).Id);
        Assert.Equal("it lacks its attribute id, which is the id of its document", Fault(ids, Log(("other", "7")), "r"));
        Assert.Equal("it lacks receiver, which the id of its document is scoped by", Fault(ids, Log(("id", "7")), ""));
    }

    [Fact]
    public void Only_documents_of_the_indices_that_are_named_have_them()
    {
        var ids = new NaturalIdOptions { Attribute = "id", Indices = ["logs-hooks*", "shop"], IsRequired = true };

        Assert.Equal("7", Assert.Single(Logs(ids, Log(("id", "7"), ("data_stream.dataset", "hooks")))).Id);
        Assert.Equal("8", Assert.Single(Logs(ids, Log(("id", "8"), ("elasticsearch.index", "shop")))).Id);
        Assert.Equal(OwnId, Assert.Single(Logs(ids, Log(("id", "7")))).Id);
        Assert.Equal(OwnId, Assert.Single(Logs(ids, Log())).Id);
    }

    [Fact]
    public void A_span_and_its_events_have_the_ids_of_trace_and_span()
    {
        var options = new DocumentOptions { SpanIds = new NaturalIdOptions { Source = NaturalIdSource.Span, Scope = ["receiver"] } };

        Assert.Equal([$"r/{TraceId}-{SpanId}", $"r/{TraceId}-{SpanId}-1"], Encode(Signal.Traces, Spans(SpanId), options, "r").Select(item => item.Id));
        Assert.Equal([OwnId, OwnId + "-1"], Encode(Signal.Traces, Spans(""), options, "r").Select(item => item.Id));
        options = options with { SpanIds = options.SpanIds with { IsRequired = true } };
        Assert.Equal("it has no trace id or no span id, which make the id of its document", Fault(Signal.Traces, Spans(""), options, "r"));
    }

    [Theory]
    [InlineData(496, 0, false)]
    [InlineData(502, 0, true)]
    [InlineData(300, 195, false)]
    [InlineData(300, 202, true)]
    [InlineData(5000, 0, true)]
    public void An_id_leaves_space_for_the_number_of_a_further_document(int id, int scope, bool isTooLong)
    {
        var ids = new NaturalIdOptions { Attribute = "id", Scope = scope == 0 ? [] : ["in"] };
        var log = Log(("id", new string('x', id)), ("in", new string('s', scope)));

        if (isTooLong)
        {
            Assert.Equal("its attribute id, with what it is scoped by, is longer than 512 bytes", Fault(ids, log));
        }
        else
        {
            Assert.Equal(id + (scope == 0 ? 0 : scope + 1), Assert.Single(Logs(ids, log)).Id.Length);
        }
    }

    [Fact]
    public void Nothing_is_allocated_per_record()
    {
        using var indexing = new Indexing(tracking: false);
        var ids = new NaturalIdOptions { Attribute = "id", Scope = ["receiver", "service.name"], Indices = ["logs-*"] };
        using var encoder = new BulkEncoder(indexing.Pool.Buffers, new DocumentOptions { LogIds = ids }, new DocumentTargets());
        using var body = new BulkBody(indexing.Pool.Buffers);
        using var batch = indexing.Accept(Signal.Logs, Log(("id", "7")));
        var receiver = "webhook"u8.ToArray();
        Assert.Equal(0, Allocations.Least(() =>
        {
            body.Clear();
            encoder.BeginBatch(batch, 1, receiver);
            encoder.TryEncode(0, new RecordId(1, 0), body, out _);
        }));
    }

    [Theory]
    [InlineData("ECS", "\"message\":\"text\"")]
    [InlineData("bodymap", "its body is not a map")]
    [InlineData("nonsense", "its sender asks for the mapping mode \"nonsense\", which is not among mapping::allowed_modes")]
    [InlineData("1", "its sender asks for the mapping mode \"1\"")]
    [InlineData("raw", "its sender asks for the mapping mode \"raw\", which is not among")]
    public void A_sender_may_ask_for_a_mode(string asked, string expected)
    {
        var options = new DocumentOptions { AllowedMappings = [DocumentMapping.Otel, DocumentMapping.Ecs, DocumentMapping.Bodymap] };
        using var encoder = new BulkEncoder(_indexing.Pool.Buffers, options, new DocumentTargets());
        using var body = new BulkBody(_indexing.Pool.Buffers);
        using var batch = _indexing.Accept(Signal.Logs, Log());
        encoder.BeginBatch(batch, 1, mapping: Encoding.UTF8.GetBytes(asked));
        encoder.TryEncode(0, new RecordId(1, 0), body, out var fault);
        Assert.Contains(expected, fault ?? Encoding.UTF8.GetString(body.Text.WrittenSpan), StringComparison.Ordinal);

        // The next batch is of another sender.
        encoder.BeginBatch(batch, 1);
        Assert.True(encoder.TryEncode(0, new RecordId(1, 0), body, out _));
        Assert.Contains("\"body\":{\"text\":\"text\"}", Encoding.UTF8.GetString(body.Text.WrittenSpan), StringComparison.Ordinal);
    }

    private static KeyValue Attribute(string key, object value) => new()
    {
        Key = key,
        Value = value switch
        {
            long number => new OtlpValue { IntValue = number },
            bool flag => new OtlpValue { BoolValue = flag },
            _ => new OtlpValue { StringValue = (string)value },
        },
    };

    private static ExportLogsServiceRequest Log(params (string Key, object Value)[] attributes)
    {
        var record = new LogRecord { TimeUnixNano = 5, Body = new OtlpValue { StringValue = "text" } };
        record.Attributes.AddRange(attributes.Select(attribute => Attribute(attribute.Key, attribute.Value)));
        var scope = new ScopeLogs { Scope = new InstrumentationScope { Attributes = { Attribute("tenant", 4L) } }, LogRecords = { record } };
        var resource = new ResourceLogs { Resource = new Resource { Attributes = { Attribute("service.name", "shop") } }, ScopeLogs = { scope } };
        return new ExportLogsServiceRequest { ResourceLogs = { resource } };
    }

    private static ExportTraceServiceRequest Spans(string spanId)
    {
        var span = new Span
        {
            TraceId = ByteString.CopyFrom(Convert.FromHexString(TraceId)),
            SpanId = ByteString.CopyFrom(Convert.FromHexString(spanId)),
            StartTimeUnixNano = 5,
            Events = { new Span.Types.Event { Name = "e" } },
        };
        return new ExportTraceServiceRequest { ResourceSpans = { new ResourceSpans { ScopeSpans = { new ScopeSpans { Spans = { span } } } } } };
    }

    private List<(string Id, string Document)> Logs(NaturalIdOptions ids, ExportLogsServiceRequest request, string receiver = "") =>
        Encode(Signal.Logs, request, new DocumentOptions { LogIds = ids }, receiver);

    private string Fault(NaturalIdOptions ids, ExportLogsServiceRequest request, string receiver = "") =>
        Fault(Signal.Logs, request, new DocumentOptions { LogIds = ids }, receiver);

    private string Fault(Signal signal, IMessage request, DocumentOptions options, string receiver)
    {
        using var body = new BulkBody(_indexing.Pool.Buffers);
        Assert.False(TryEncode(signal, request, options, receiver, body, out var fault));
        Assert.Equal(0, body.Count);
        return fault!;
    }

    private List<(string Id, string Document)> Encode(Signal signal, IMessage request, DocumentOptions options, string receiver)
    {
        using var body = new BulkBody(_indexing.Pool.Buffers);
        Assert.True(TryEncode(signal, request, options, receiver, body, out var fault), fault);
        var lines = Encoding.UTF8.GetString(body.Text.WrittenSpan).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return
        [
            .. lines.Chunk(2).Select(pair => (JsonDocument.Parse(pair[0]).RootElement.GetProperty("create").GetProperty("_id").GetString()!, pair[1])),
        ];
    }

    private bool TryEncode(Signal signal, IMessage request, DocumentOptions options, string receiver, BulkBody body, out string? fault)
    {
        using var encoder = new BulkEncoder(_indexing.Pool.Buffers, options, new DocumentTargets());
        using var batch = _indexing.Accept(signal, request);
        encoder.BeginBatch(batch, 1, Encoding.UTF8.GetBytes(receiver));
        return encoder.TryEncode(0, new RecordId(1, 0), body, out fault);
    }
}
