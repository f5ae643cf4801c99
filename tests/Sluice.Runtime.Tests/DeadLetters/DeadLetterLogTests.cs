using System.Text;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Logs.V1;
using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Runtime.DeadLetters;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;
using Sluice.Testing;
using Sluice.Testing.Otlp;

namespace Sluice.Runtime.Tests.DeadLetters;

public sealed class DeadLetterLogTests : IAsyncDisposable
{
    private readonly BufferPool _buffers = new(new() { Tracking = true });
    private readonly ManualTimeProvider _time = new();
    private readonly MemoryJournal _journal;
    private readonly List<EnvelopeBatch> _batches = [];
    private readonly string _root = Directory.CreateTempSubdirectory("sluice-dead-letters-").FullName;

    public DeadLetterLogTests() => _journal = new MemoryJournal(new JournalOptions(), new BufferPool(), _time);

    private string Folder => Path.Combine(_root, "dead-letters");

    public async ValueTask DisposeAsync()
    {
        _batches.ForEach(batch => batch.Dispose());
        await _journal.DisposeAsync();
        Directory.Delete(_root, recursive: true);
        _buffers.Dispose();
    }

    [Fact]
    public async Task A_note_stands_between_the_records_and_is_none()
    {
        var segment = Segment(Signal.Logs, new OtlpGenerator(5).Request(Signal.Logs));
        await using (var log = Open())
        {
            await log.AddAsync("otlp_http", segment.Slice(0, 1), "400", 1, CancellationToken.None);
            await log.AddNoteAsync(
                new DeadLetterNote
                {
                    Time = _time.GetUtcNow(),
                    Component = "otlp_http",
                    Pipelines = ["logs/main"],
                    Signal = Signal.Logs,
                    First = segment.FirstRecord,
                    Last = segment.FirstRecord.Plus(9),
                    Rejected = 3,
                    Records = 10,
                    Reason = "too old",
                },
                CancellationToken.None);
            await log.AddAsync("otlp_http", segment.Slice(1, 1), "400", 1, CancellationToken.None);
            Assert.Equal(2, log.Counts.Added);
        }

        var reader = new DeadLetterReader(Folder);
        Assert.Equal([true, true], reader.Read().Select(letter => letter.Context.IsEmpty));
        Assert.Equal(0, reader.UnreadableLines);
        var note = Assert.Single(reader.ReadNotes());
        Assert.Equal(
            ("otlp_http", "logs/main", Signal.Logs, segment.FirstRecord, segment.FirstRecord.Plus(9), 3, 10, "too old"),
            (note.Component, Assert.Single(note.Pipelines), note.Signal, note.First, note.Last, note.Rejected, note.Records, note.Reason));
        Assert.True(new DeadLetterFilter { Pipeline = "logs/main", Reason = "OLD", Component = "otlp_http" }.Matches(note));
        Assert.False(new DeadLetterFilter { Pipeline = "logs" }.Matches(note));
        Assert.False(new DeadLetterFilter { Keys = [] }.Matches(note));
        var line = File.ReadAllLines(Directory.GetFiles(Folder).Single())[1];
        Assert.Equal(
            $$"""{"note":"rejected","time":"2026-01-01T00:00:00.0000000\u002B00:00","component":"otlp_http","pipelines":["logs/main"],"signal":"logs","first_id":"{{segment.FirstRecord}}","last_id":"{{segment.FirstRecord.Plus(9)}}","rejected":3,"records":10,"reason":"too old"}""",
            line);
    }

    [Fact]
    public async Task What_a_receiver_cannot_read_is_kept_as_it_made_it()
    {
        var segment = Segment(Signal.Logs, new OtlpGenerator(5).Request(Signal.Logs));
        using var request = new PooledBufferWriter(_buffers, "test");
        OtlpRequestWriter.Write(segment.Batch, 0, 1, request);
        var letter = new DeadLetter
        {
            Time = _time.GetUtcNow(),
            Component = "kafka/in",
            Pipeline = "",
            Signal = Signal.Logs,
            Id = new RecordId(7, 8),
            ReceivedUnixNano = 9,
            Reason = "no protobuf",
            Attempts = 1,
            Request = request.WrittenMemory.ToArray(),
        };
        await using (var log = Open())
        {
            await log.AddAsync(letter, CancellationToken.None);
            Assert.Equal(1, log.Counts.Added);
        }

        var kept = Assert.Single(new DeadLetterReader(Folder).Read());
        Assert.Equal(letter.Request.ToArray(), kept.Request.ToArray());
        Assert.Equal(
            (letter.Key, letter.Component, letter.Pipeline, letter.Reason, letter.Id, letter.ReceivedUnixNano),
            (kept.Key, kept.Component, kept.Pipeline, kept.Reason, kept.Id, kept.ReceivedUnixNano));
    }

    [Theory]
    [InlineData(Signal.Logs)]
    [InlineData(Signal.Traces)]
    [InlineData(Signal.Metrics)]
    public async Task Every_record_is_kept_whole_and_alone(Signal signal)
    {
        var segment = Segment(signal, new OtlpGenerator(5).Request(signal));
        Assert.True(segment.Count > 3);
        await using (var log = Open())
        {
            await log.AddAsync("kafka/a", segment.Slice(1, segment.Count - 1) with { Context = new byte[] { 1, 2 } }, "too large", 3, CancellationToken.None);
            Assert.Equal(segment.Count - 1, log.Counts.Added);
        }

        var letters = new DeadLetterReader(Folder).Read().ToList();

        Assert.Equal(segment.Count - 1, letters.Count);
        for (var i = 0; i < letters.Count; i++)
        {
            using var expected = new PooledBufferWriter(_buffers, "test");
            OtlpRequestWriter.Write(segment.Batch, 1 + i, 1, expected);
            var letter = letters[i];
            Assert.Equal(
                (_time.GetUtcNow(), "kafka/a", "logs/main", signal, segment.FirstRecord.Plus(1 + i), "too large", 3),
                (letter.Time, letter.Component, letter.Pipeline, letter.Signal, letter.Id, letter.Reason, letter.Attempts));
            Assert.Equal(expected.WrittenSpan, letter.Request.Span);
            Assert.Equal([1, 2], letter.Context.ToArray());
            Assert.NotNull(OtlpGenerator.Parse(signal, letter.Request.Span));
        }
    }

    [Fact]
    public async Task A_reason_with_quotes_and_line_breaks_stays_one_line()
    {
        await using (var log = Open())
        {
            await log.AddAsync("file", Segment(Signal.Logs, OneLog(1)), "said \"no\"\nand \u001b left", 1, CancellationToken.None);
        }

        Assert.Equal("said \"no\"\nand \u001b left", Assert.Single(new DeadLetterReader(Folder).Read()).Reason);
        Assert.Single(await File.ReadAllLinesAsync(Directory.GetFiles(Folder).Single()));
    }

    [Fact]
    public async Task A_line_that_a_crash_left_unfinished_is_cut_off()
    {
        await using (var log = Open())
        {
            await log.AddAsync("file", Segment(Signal.Logs, OneLog(1)), "first", 1, CancellationToken.None);
        }

        var file = Directory.GetFiles(Folder).Single();
        await File.AppendAllTextAsync(file, "{\"time\":\"2026-01-0");
        var reader = new DeadLetterReader(Folder);
        Assert.Single(reader.Read());
        Assert.Equal(1, reader.UnreadableLines);

        await using (var log = Open())
        {
            await log.AddAsync("file", Segment(Signal.Logs, OneLog(1)), "second", 1, CancellationToken.None);
        }

        reader = new DeadLetterReader(Folder);
        Assert.Equal(["first", "second"], reader.Read().Select(letter => letter.Reason));
        Assert.Equal(0, reader.UnreadableLines);
    }

    [Fact]
    public async Task Beyond_the_limit_the_oldest_file_goes_and_its_records_are_counted()
    {
        var segment = Segment(Signal.Logs, OneLog(1000));
        await using var log = Open(maxBytes: 16_000, fileBytes: 4_000);

        for (var i = 0; i < 40; i++)
        {
            await log.AddAsync("file", segment, $"number {i}", 1, CancellationToken.None);
        }

        var kept = new DeadLetterReader(Folder).Read().Select(letter => letter.Reason).ToList();
        Assert.Equal(40, kept.Count + log.Counts.Dropped);
        Assert.Equal(Enumerable.Range(40 - kept.Count, kept.Count).Select(i => $"number {i}"), kept);
        Assert.InRange(Directory.EnumerateFiles(Folder).Sum(path => new FileInfo(path).Length), 8_000, 16_000);
    }

    [Fact]
    public async Task The_limit_holds_over_restarts()
    {
        var segment = Segment(Signal.Logs, OneLog(1000));
        for (var i = 0; i < 30; i++)
        {
            await using var log = Open(maxBytes: 16_000, fileBytes: 4_000);
            await log.AddAsync("file", segment, $"number {i}", 1, CancellationToken.None);
        }

        Assert.Equal("number 29", new DeadLetterReader(Folder).Read().Last().Reason);
        Assert.InRange(Directory.EnumerateFiles(Folder).Sum(path => new FileInfo(path).Length), 8_000, 16_000);
    }

    [Fact]
    public async Task What_cannot_be_written_is_reported_and_works_later()
    {
        await File.WriteAllTextAsync(Folder, "a file where the directory should be");
        var segment = Segment(Signal.Logs, OneLog(1));
        await using var log = Open();

        var e = await Assert.ThrowsAsync<IOException>(() => log.AddAsync("file", segment, "first", 1, CancellationToken.None).AsTask());
        Assert.Contains(Folder, e.Message, StringComparison.Ordinal);
        Assert.Equal(0, log.Counts.Added);

        File.Delete(Folder);
        await log.AddAsync("file", segment, "second", 1, CancellationToken.None);
        Assert.Equal("second", Assert.Single(new DeadLetterReader(Folder).Read()).Reason);
    }

    [Fact]
    public async Task Many_callers_at_once_lose_nothing()
    {
        var segment = Segment(Signal.Logs, OneLog(10));
        await using var log = Open();

        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(
            async () => await log.AddAsync("file", segment, $"number {i}", 1, CancellationToken.None))));

        Assert.Equal(50, new DeadLetterReader(Folder).Read().Select(letter => letter.Reason).Distinct().Count());
    }

    [Fact]
    public void Without_a_directory_there_is_nothing_to_read() => Assert.Empty(new DeadLetterReader(Folder).Read());

    private DeadLetterLog Open(long maxBytes = 1 << 20, long fileBytes = 1 << 19) => new(
        new DeadLetterOptions { Directory = Folder, MaxBytes = maxBytes, FileBytes = fileBytes }, _buffers, _time, NullLogger.Instance);

    private static ExportLogsServiceRequest OneLog(int bodyLength) => new()
    {
        ResourceLogs =
        {
            new ResourceLogs
            {
                ScopeLogs =
                {
                    new ScopeLogs
                    {
                        LogRecords = { new LogRecord { Body = new() { StringValue = new StringBuilder().Append('x', bodyLength).ToString() } } },
                    },
                },
            },
        },
    };

    private DeliverySegment Segment(Signal signal, IMessage request)
    {
        var bytes = request.ToByteArray();
        var buffer = _buffers.Rent(bytes.Length, "dead letter test");
        bytes.CopyTo(buffer.Span);
        var batch = OtlpIndexer.Index(signal, buffer, 0, bytes.Length, new TelemetryPool(_buffers), IndexLimits.Default).Batch!;
        _batches.Add(batch);
        return new DeliverySegment(batch, 0, batch.Count, new RecordId(3, 100), _journal.OpenTopic("logs/main"), 1);
    }
}
