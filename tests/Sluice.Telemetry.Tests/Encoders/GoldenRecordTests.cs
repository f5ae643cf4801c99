using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Telemetry.Encoders;
using Sluice.Telemetry.Encoders.CloudEvents;
using Sluice.Telemetry.Otlp.Json;
using Sluice.Telemetry.Tests.Json;
using Sluice.Telemetry.Tests.Otlp;
using Sluice.Testing;

namespace Sluice.Telemetry.Tests.Encoders;

/// <summary>
/// What is written for requests with every field set, to the letter: <c>NAME.otlp.json</c> is the request, <c>NAME.jsonl</c>,
/// <c>NAME.cloudevents.jsonl</c> and <c>NAME.written.json</c> what becomes of it.
/// </summary>
public sealed class GoldenRecordTests : IDisposable
{
    private const string Folder = "tests/Sluice.Telemetry.Tests/Encoders/Golden";

    private readonly Indexing _indexing = new();

    public static TheoryData<string> Cases => [.. GoldenFile.Cases(Folder, ".otlp.json")];

    public void Dispose() => _indexing.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Records_are_written_to_the_letter(string name)
    {
        var signal = name.StartsWith("metric", StringComparison.Ordinal) ? Signal.Metrics : name.StartsWith("span", StringComparison.Ordinal) ? Signal.Traces : Signal.Logs;
        using var transcoding = new Transcoding();
        var request = transcoding.Accept(signal, File.ReadAllBytes(GoldenFile.PathOf($"{Folder}/{name}.otlp.json")));
        using var batch = _indexing.Accept(signal, request);
        using var output = new PooledBufferWriter(_indexing.Pool.Buffers, "golden test");

        using var encoder = new JsonLinesEncoder(_indexing.Pool.Buffers);
        encoder.BeginBatch(batch);
        for (var i = 0; i < batch.Count; i++)
        {
            encoder.Encode(i, new RecordId(0x6123_4567_89ab_cdef, (ulong)i), output);
            output.WriteByte((byte)'\n');
        }

        GoldenFile.Check($"{Folder}/{name}.jsonl", System.Text.Encoding.UTF8.GetString(output.WrittenSpan));

        output.Clear();
        using var events = new CloudEventsEncoder(_indexing.Pool.Buffers);
        events.BeginBatch(batch);
        for (var i = 0; i < batch.Count; i++)
        {
            events.Encode(i, new RecordId(0x6123_4567_89ab_cdef, (ulong)i), output);
            output.WriteByte((byte)'\n');
        }

        GoldenFile.Check($"{Folder}/{name}.cloudevents.jsonl", System.Text.Encoding.UTF8.GetString(output.WrittenSpan));

        output.Clear();
        OtlpJsonWriter.Write(batch, output);
        output.WriteByte((byte)'\n');
        GoldenFile.Check($"{Folder}/{name}.written.json", System.Text.Encoding.UTF8.GetString(output.WrittenSpan));
        Assert.Equal(request, transcoding.Accept(signal, output.WrittenSpan));
    }
}
