using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Sluice.Journal;
using Sluice.Telemetry.Encoders.Elasticsearch;
using Sluice.Telemetry.Tests.Otlp;
using Sluice.Testing;
using Sluice.Testing.Otlp;

namespace Sluice.Telemetry.Tests.Encoders.Elasticsearch;

/// <summary>What holds for the documents of any request.</summary>
public sealed class BulkEncoderTests : IDisposable
{
    private const long Received = 1_700_000_000_000_000_000;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 512 };

    private readonly Indexing _indexing = new();

    public static MatrixTheoryData<Signal, DocumentMapping> Everything => new(Enum.GetValues<Signal>(), Enum.GetValues<DocumentMapping>());

    public void Dispose() => _indexing.Dispose();

    [Theory]
    [MemberData(nameof(Everything))]
    public void Every_line_is_an_object_without_repeated_names_and_every_id_is_there_once(Signal signal, DocumentMapping mapping)
    {
        var generator = new OtlpGenerator(RandomSeed.Value, new OtlpGeneratorOptions { UnknownFields = true });
        using var encoder = Encoder(mapping);
        using var body = new BulkBody(_indexing.Pool.Buffers);
        var sequence = 0UL;
        for (var i = 0; i < 60; i++)
        {
            using var batch = _indexing.Accept(signal, generator.Request(signal));
            encoder.BeginBatch(batch, Received);
            for (var record = 0; record < batch.Count; record++)
            {
                Assert.Equal(encoder.TryEncode(record, new RecordId(1, sequence++), body, out var fault), fault is null);
            }
        }

        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in body.Items)
        {
            var lines = Encoding.UTF8.GetString(body.Text.WrittenSpan.Slice(item.Start, item.Length)).Split('\n');
            Assert.Equal(3, lines.Length);
            Assert.Equal("", lines[2]);
            using var action = JsonDocument.Parse(lines[0], Strict);
            using var document = JsonDocument.Parse(lines[1], Strict);
            var create = action.RootElement.GetProperty("create");
            Assert.Equal(item.Target.Name, create.GetProperty("_index").GetString());
            Assert.Equal(Encoding.UTF8.GetString(body.IdOf(item)), create.GetProperty("_id").GetString());
            Assert.True(ids.Add(create.GetProperty("_id").GetString()!));
            Assert.True(mapping == DocumentMapping.Bodymap || document.RootElement.TryGetProperty("@timestamp", out _), $"SLUICE_SEED={RandomSeed.Value}");
        }
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public void A_part_of_an_entry_has_the_documents_that_the_whole_has(Signal signal, DocumentMapping mapping)
    {
        var generator = new OtlpGenerator(RandomSeed.Value);
        using var encoder = Encoder(mapping);
        using var other = Encoder(mapping);
        using var whole = new BulkBody(_indexing.Pool.Buffers);
        using var parts = new BulkBody(_indexing.Pool.Buffers);
        for (var i = 0; i < 40; i++)
        {
            using var batch = _indexing.Accept(signal, generator.Request(signal));
            encoder.BeginBatch(batch, Received);
            for (var record = 0; record < batch.Count; record++)
            {
                encoder.TryEncode(record, new RecordId(1, (ulong)record), whole, out _);
                other.BeginBatch(batch, Received);
                other.TryEncode(record, new RecordId(1, (ulong)record), parts, out _);
            }
        }

        Assert.Equal(Encoding.UTF8.GetString(whole.Text.WrittenSpan), Encoding.UTF8.GetString(parts.Text.WrittenSpan));
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public void Nothing_is_allocated_per_record(Signal signal, DocumentMapping mapping)
    {
        using var indexing = new Indexing(tracking: false);
        var generator = new OtlpGenerator(7);
        using var encoder = new BulkEncoder(indexing.Pool.Buffers, new DocumentOptions { Mapping = mapping }, new DocumentTargets());
        using var body = new BulkBody(indexing.Pool.Buffers);
        using var batch = indexing.Accept(signal, Enumerable.Range(0, 1000).Select(_ => generator.Request(signal)).First(request => request.CalculateSize() > 3000));
        Assert.Equal(0, Allocations.Least(() =>
        {
            body.Clear();
            encoder.BeginBatch(batch, Received);
            for (var record = 0; record < batch.Count; record++)
            {
                encoder.TryEncode(record, new RecordId(1, (ulong)record), body, out _);
            }
        }));
    }

    [Fact]
    public void A_time_series_stream_gives_its_documents_their_ids_itself()
    {
        var targets = new DocumentTargets();
        using var encoder = new BulkEncoder(_indexing.Pool.Buffers, new DocumentOptions { MetricsIndex = "series" }, targets);
        targets.Named("series").IsTimeSeries = true;
        using var body = new BulkBody(_indexing.Pool.Buffers);
        using var batch = _indexing.Accept(Signal.Metrics, Gauge());
        encoder.BeginBatch(batch, Received);
        Assert.True(encoder.TryEncode(0, new RecordId(1, 1), body, out _));

        Assert.DoesNotContain("_id", Encoding.UTF8.GetString(body.Text.WrittenSpan), StringComparison.Ordinal);
        Assert.Equal(0, body.Items[0].IdLength);
    }

    [Theory]
    [InlineData("order \"7\"", "order \\\"7\\\"")]
    [InlineData("plain", "plain")]
    public void An_id_of_the_sender_is_taken_where_that_is_asked_for(string id, string written)
    {
        var request = Log(("elasticsearch.document_id", id), ("elasticsearch.ingest_pipeline", "geo"));
        Assert.Contains("\"_id\":\"00000000000000010000000000000000\"}}\n", Encode(request, new DocumentOptions()), StringComparison.Ordinal);

        var options = new DocumentOptions { LogIds = new(), LogPipelines = true };
        Assert.Contains($"\"_id\":\"{written}\",\"pipeline\":\"geo\"}}}}\n", Encode(request, options), StringComparison.Ordinal);
        Assert.Contains("longer than 512 bytes", Encode(Log(("elasticsearch.document_id", new string('x', 513))), options), StringComparison.Ordinal);
        Assert.Contains("\"_id\":\"00000000000000010000000000000000\"", Encode(Log(), options), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("%Y.%m.%d", "2023.11.14")]
    [InlineData("%y%j-%H%M%S%%x", "23318-221320%x")]
    public void A_date_is_written_in_the_letters_of_strftime(string pattern, string expected)
    {
        Assert.True(DatePattern.TryParse(pattern, out var date, out _));
        Span<char> text = stackalloc char[pattern.Length * 4];
        Assert.Equal(expected, text[..date.Format(1_700_000_000_999_999_999, text)].ToString());
    }

    [Theory]
    [InlineData("%", "ends with a single %")]
    [InlineData("%Y-%q", "has %q, which is not known")]
    public void A_date_in_other_letters_is_refused(string pattern, string expected)
    {
        Assert.False(DatePattern.TryParse(pattern, out _, out var fault));
        Assert.Equal(expected, fault);
    }

    private static OpenTelemetry.Proto.Collector.Metrics.V1.ExportMetricsServiceRequest Gauge()
    {
        var request = new OpenTelemetry.Proto.Collector.Metrics.V1.ExportMetricsServiceRequest();
        var resource = new OpenTelemetry.Proto.Metrics.V1.ResourceMetrics();
        var scope = new OpenTelemetry.Proto.Metrics.V1.ScopeMetrics();
        var metric = new OpenTelemetry.Proto.Metrics.V1.Metric { Name = "g", Gauge = new() };
        metric.Gauge.DataPoints.Add(new OpenTelemetry.Proto.Metrics.V1.NumberDataPoint { AsInt = 1, TimeUnixNano = 5 });
        scope.Metrics.Add(metric);
        resource.ScopeMetrics.Add(scope);
        request.ResourceMetrics.Add(resource);
        return request;
    }

    private static OpenTelemetry.Proto.Collector.Logs.V1.ExportLogsServiceRequest Log(params (string Key, string Value)[] attributes)
    {
        var request = new OpenTelemetry.Proto.Collector.Logs.V1.ExportLogsServiceRequest();
        var resource = new OpenTelemetry.Proto.Logs.V1.ResourceLogs();
        var scope = new OpenTelemetry.Proto.Logs.V1.ScopeLogs();
        var record = new OpenTelemetry.Proto.Logs.V1.LogRecord { TimeUnixNano = 5 };
        foreach (var (key, value) in attributes)
        {
            record.Attributes.Add(new OpenTelemetry.Proto.Common.V1.KeyValue { Key = key, Value = new() { StringValue = value } });
        }

        scope.LogRecords.Add(record);
        resource.ScopeLogs.Add(scope);
        request.ResourceLogs.Add(resource);
        return request;
    }

    private string Encode(IMessage request, DocumentOptions options)
    {
        using var encoder = new BulkEncoder(_indexing.Pool.Buffers, options, new DocumentTargets());
        using var body = new BulkBody(_indexing.Pool.Buffers);
        using var batch = _indexing.Accept(Signal.Logs, request);
        encoder.BeginBatch(batch, Received);
        return encoder.TryEncode(0, new RecordId(1, 0), body, out var fault) ? Encoding.UTF8.GetString(body.Text.WrittenSpan) : fault!;
    }

    private BulkEncoder Encoder(DocumentMapping mapping) =>
        new(_indexing.Pool.Buffers, new DocumentOptions { Mapping = mapping }, new DocumentTargets());
}
