using System.Text;
using System.Text.Json;
using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Telemetry.Encoders.Elasticsearch;
using Sluice.Telemetry.Tests.Json;
using Sluice.Telemetry.Tests.Otlp;
using Sluice.Testing;

namespace Sluice.Telemetry.Tests.Encoders.Elasticsearch;

/// <summary>
/// What becomes of requests in each mapping mode, to the letter: <c>NAME.otlp.json</c> is the request, <c>NAME.MODE.ndjson</c> the body of
/// the bulk request, with a line for each record that has no documents.
/// </summary>
public sealed class BulkGoldenTests : IDisposable
{
    private const string Folder = "tests/Sluice.Telemetry.Tests/Encoders/Elasticsearch/Golden";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly Indexing _indexing = new();

    public static TheoryData<string, DocumentMapping> Cases
    {
        get
        {
            var cases = new TheoryData<string, DocumentMapping>();
            foreach (var name in GoldenFile.Cases(Folder, ".otlp.json"))
            {
                foreach (var mapping in Enum.GetValues<DocumentMapping>())
                {
                    cases.Add(name, mapping);
                }
            }

            return cases;
        }
    }

    public void Dispose() => _indexing.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Documents_are_written_to_the_letter(string name, DocumentMapping mapping)
    {
        var text = Encode(name, new DocumentOptions { Mapping = mapping });

        foreach (var line in text.Split('\n').Where(line => line.StartsWith('{')))
        {
            using var document = JsonDocument.Parse(line, Strict);
            Assert.Equal(JsonValueKind.Object, document.RootElement.ValueKind);
        }

        GoldenFile.Check($"{Folder}/{name}.{mapping.ToString().ToLowerInvariant()}.ndjson", text);
    }

    [Fact]
    public void Indices_with_a_date_take_it_from_the_record()
    {
        Assert.True(DatePattern.TryParse("%Y.%m.%d", out var date, out _));
        var text = Encode("log", new DocumentOptions { LogsIndex = "shop", Date = date, DateSeparator = "_" });

        Assert.Equal(6, text.Split("\"_index\":\"shop_2023.11.14\"").Length - 1 + (text.Split("\"_index\":\"shop_1970.01.01\"").Length - 1));
        Assert.DoesNotContain("data_stream", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Static_indices_take_all_of_their_signal_and_events_of_spans_go_to_that_of_logs()
    {
        var options = new DocumentOptions { LogsIndex = "my-logs", TracesIndex = "my-traces", MetricsIndex = "my-metrics" };

        Assert.Equal(["my-logs"], Indices(Encode("log-routing", options)));
        Assert.Equal(["my-logs", "my-traces"], Indices(Encode("span", options)));
        Assert.Equal(["my-metrics"], Indices(Encode("metric", options)));
    }

    [Fact]
    public void Without_dynamic_templates_actions_do_not_name_them()
    {
        Assert.Contains("dynamic_templates", Encode("metric", new DocumentOptions()), StringComparison.Ordinal);
        Assert.DoesNotContain("dynamic_templates", Encode("metric", new DocumentOptions(), dynamicTemplates: false), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Indices(string text) => text.Split('\n')
        .Where(line => line.StartsWith("{\"create\"", StringComparison.Ordinal))
        .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("create").GetProperty("_index").GetString()!)
        .Distinct().Order(StringComparer.Ordinal);

    private string Encode(string name, DocumentOptions options, bool dynamicTemplates = true)
    {
        var signal = name.StartsWith("metric", StringComparison.Ordinal) ? Signal.Metrics : name.StartsWith("span", StringComparison.Ordinal) ? Signal.Traces : Signal.Logs;
        using var transcoding = new Transcoding();
        using var batch = _indexing.Accept(signal, transcoding.Accept(signal, File.ReadAllBytes(GoldenFile.PathOf($"{Folder}/{name}.otlp.json"))));
        using var encoder = new BulkEncoder(_indexing.Pool.Buffers, options, new DocumentTargets()) { DynamicTemplates = dynamicTemplates };
        using var body = new BulkBody(_indexing.Pool.Buffers);
        var text = new StringBuilder();
        encoder.BeginBatch(batch, 1_700_000_099_000_000_000);
        for (var i = 0; i < batch.Count; i++)
        {
            body.Clear();
            if (encoder.TryEncode(i, new RecordId(0x6123_4567_89ab_cdef, (ulong)i), body, out var fault))
            {
                Assert.Null(fault);
                Assert.Equal(body.Text.Length, body.Items.ToArray().Sum(item => item.Length));
                text.Append(Encoding.UTF8.GetString(body.Text.WrittenSpan));
            }
            else
            {
                Assert.Equal(0, body.Count);
                text.Append("record ").Append(i).Append(": ").Append(fault).Append('\n');
            }
        }

        return text.ToString();
    }
}
