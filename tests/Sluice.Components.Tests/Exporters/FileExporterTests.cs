using System.Buffers.Binary;
using System.Text.Json;
using Google.Protobuf;
using Sluice.Components.Exporters.FileExporter;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Runtime.Health;
using Sluice.Telemetry;
using Sluice.Testing.Otlp;

namespace Sluice.Components.Tests.Exporters;

public sealed class FileExporterTests : IAsyncDisposable
{
    private readonly ExporterFixture _fixture = new();
    private readonly OtlpGenerator _generator = new(seed: 11);

    private string FilePath => Path.Combine(_fixture.Directory, "out.jsonl");

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task Json_lines_hold_one_object_per_record_with_its_id()
    {
        var segments = Segments(Signal.Logs, Signal.Traces, Signal.Metrics);
        await using var exporter = await StartAsync(new() { Path = FilePath, Format = FileFormat.JsonLines });

        await DeliverAsync(exporter, [.. segments]);

        var expected = segments.SelectMany(s => Enumerable.Range(0, s.Count).Select(i => s.FirstRecord.Plus(i).ToString()));
        Assert.Equal(expected, Ids(FilePath));
        Assert.EndsWith("\n", await File.ReadAllTextAsync(FilePath), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cloudevents_are_one_per_record_and_line_with_the_record_id()
    {
        var segments = Segments(Signal.Logs, Signal.Traces, Signal.Metrics);
        await using var exporter = await StartAsync(new() { Path = FilePath, Format = FileFormat.CloudEvents });

        await DeliverAsync(exporter, [.. segments]);

        Assert.Equal(AllIds(segments), Ids(FilePath));
        Assert.All(await File.ReadAllLinesAsync(FilePath), line => Assert.StartsWith("{\"specversion\":\"1.0\",\"id\":\"", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_part_of_a_segment_is_written_alone()
    {
        var segment = Segments(Signal.Logs)[0];
        Assert.True(segment.Count > 2);
        await using var exporter = await StartAsync(new() { Path = FilePath, Format = FileFormat.JsonLines });

        await DeliverAsync(exporter, segment.Slice(1, 1));

        Assert.Equal([segment.FirstRecord.Plus(1).ToString()], Ids(FilePath));
    }

    [Theory]
    [InlineData(Signal.Logs)]
    [InlineData(Signal.Traces)]
    [InlineData(Signal.Metrics)]
    public async Task Proto_holds_each_request_behind_its_length(Signal signal)
    {
        var requests = Enumerable.Range(0, 3).Select(_ => _generator.Request(signal)).ToList();
        await using var exporter = await StartAsync(new() { Path = FilePath, Format = FileFormat.Proto });

        await DeliverAsync(exporter, [.. requests.Select(r => _fixture.Segment(signal, r))]);

        var rest = (ReadOnlyMemory<byte>)await File.ReadAllBytesAsync(FilePath);
        foreach (var request in requests)
        {
            var length = (int)BinaryPrimitives.ReadUInt32BigEndian(rest.Span);
            Assert.Equal(request, OtlpGenerator.Parse(signal, rest.Span.Slice(4, length)));
            rest = rest[(4 + length)..];
        }

        Assert.Equal(0, rest.Length);
    }

    [Fact]
    public async Task Json_holds_one_export_request_per_line()
    {
        await using var exporter = await StartAsync(new() { Path = FilePath });

        await DeliverAsync(exporter, [.. Segments(Signal.Logs, Signal.Traces, Signal.Metrics)]);

        var names = File.ReadLines(FilePath).Select(line =>
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.EnumerateObject().First().Name;
        });
        Assert.Equal(["resourceLogs", "resourceSpans", "resourceMetrics"], names);
    }

    [Fact]
    public async Task A_restart_cuts_off_what_was_never_settled()
    {
        var segments = Segments(Signal.Logs, Signal.Logs);
        ReadOnlyMemory<byte> state;
        await using (var exporter = await StartAsync(new() { Path = FilePath, Format = FileFormat.JsonLines }))
        {
            state = await DeliverAsync(exporter, segments[0]);
            await DeliverAsync(exporter, segments[1]);
        }

        await File.AppendAllTextAsync(FilePath, "{\"id\":\"half a li");
        await using (var exporter = await StartAsync(new() { Path = FilePath, Format = FileFormat.JsonLines }, state))
        {
            await DeliverAsync(exporter, segments[1]);
        }

        Assert.Equal(AllIds(segments), Ids(FilePath));
    }

    [Fact]
    public async Task Another_file_at_the_path_is_moved_away()
    {
        var segments = Segments(Signal.Logs, Signal.Logs);
        ReadOnlyMemory<byte> state;
        await using (var exporter = await StartAsync(new() { Path = FilePath, Format = FileFormat.JsonLines }))
        {
            state = await DeliverAsync(exporter, segments[0]);
        }

        File.Move(FilePath, FilePath + ".old");
        await File.WriteAllTextAsync(FilePath, "somebody else's\n");
        await using (var exporter = await StartAsync(new() { Path = FilePath, Format = FileFormat.JsonLines }, state))
        {
            await DeliverAsync(exporter, segments[1]);
        }

        Assert.Equal(AllIds([segments[0]]), Ids(FilePath + ".old"));
        Assert.Equal(AllIds([segments[1]]), Ids(FilePath));
        Assert.Equal("somebody else's\n", await File.ReadAllTextAsync(Path.Combine(_fixture.Directory, "out-2026-01-01T00-00-00.000.jsonl")));
        Assert.Contains(_fixture.Log, line => line.Contains("it is not the file that was written to", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_shorter_file_is_moved_away()
    {
        var segments = Segments(Signal.Logs, Signal.Logs);
        ReadOnlyMemory<byte> state;
        await using (var exporter = await StartAsync(new() { Path = FilePath, Format = FileFormat.JsonLines }))
        {
            state = await DeliverAsync(exporter, segments[0]);
        }

        using (var handle = File.OpenHandle(FilePath, access: FileAccess.ReadWrite))
        {
            RandomAccess.SetLength(handle, 10);
        }

        await using (var exporter = await StartAsync(new() { Path = FilePath, Format = FileFormat.JsonLines }, state))
        {
            await DeliverAsync(exporter, segments[1]);
        }

        Assert.Equal(AllIds([segments[1]]), Ids(FilePath));
        Assert.Contains(_fixture.Log, line => line.Contains("it is shorter than what was written to it", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_moved_away_while_running_is_begun_anew()
    {
        var segments = Segments(Signal.Logs, Signal.Logs);
        await using var exporter = await StartAsync(new() { Path = FilePath, Format = FileFormat.JsonLines });

        await DeliverAsync(exporter, segments[0]);
        File.Move(FilePath, FilePath + ".1");
        await DeliverAsync(exporter, segments[1]);

        Assert.Equal(AllIds([segments[0]]), Ids(FilePath + ".1"));
        Assert.Equal(AllIds([segments[1]]), Ids(FilePath));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Append_decides_about_a_file_found_at_the_first_start_when_the_first_batch_comes(bool append)
    {
        var segment = Segments(Signal.Logs)[0];
        await File.WriteAllTextAsync(FilePath, "before\n");

        await using var exporter = await StartAsync(new() { Path = FilePath, Append = append, Format = FileFormat.JsonLines });

        Assert.Equal("before\n", await File.ReadAllTextAsync(FilePath));
        await DeliverAsync(exporter, segment);
        var lines = await File.ReadAllLinesAsync(FilePath);
        Assert.Equal(append, lines[0] == "before");
        Assert.Equal(segment.Count + (append ? 1 : 0), lines.Length);
    }

    [Fact]
    public async Task A_missing_directory_is_retried_and_named()
    {
        var path = Path.Combine(_fixture.Directory, "later", "out.jsonl");
        var segment = Segments(Signal.Logs)[0];
        await using var exporter = await StartAsync(new() { Path = path, Format = FileFormat.JsonLines });

        var outcome = await exporter.DeliverAsync(ExporterFixture.Batch(segment), CancellationToken.None);
        Assert.Equal(DeliveryStatus.Retry, outcome.Status);
        Assert.Contains("set create_directory: true", outcome.Reason, StringComparison.Ordinal);

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await DeliverAsync(exporter, segment);
        Assert.Equal(AllIds([segment]), Ids(path));
    }

    [Fact]
    public async Task A_missing_directory_is_created_on_request()
    {
        var path = Path.Combine(_fixture.Directory, "a", "b", "out.jsonl");
        await using var exporter = await StartAsync(new() { Path = path, CreateDirectory = true });

        Assert.True(File.Exists(path));
    }

    [Fact]
    public async Task A_path_that_is_a_directory_stops_the_start()
    {
        var e = await Assert.ThrowsAsync<ComponentStartException>(() => StartAsync(new() { Path = _fixture.Directory }));

        Assert.StartsWith("exporters::file::path: ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_leaves_nothing_half_written()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs /dev/full, a device of Linux that is always full");
        await using var exporter = await StartAsync(new() { Path = "/dev/full" });

        var outcome = await ExporterFixture.DeliverAsync(exporter, Segments(Signal.Logs));

        Assert.Equal(DeliveryStatus.Retry, outcome.Status);
        Assert.Contains("/dev/full", outcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Large_batches_rotate_and_old_backups_are_removed()
    {
        var options = new FileExporterOptions
        {
            Path = FilePath,
            Format = FileFormat.Proto,
            Rotation = new FileRotationOptions { MaxMegabytes = 1, MaxBackups = 2 },
        };
        var large = LargeSegment(700 << 10);
        await using var exporter = await StartAsync(options);

        for (var i = 0; i < 5; i++)
        {
            await DeliverAsync(exporter, large);
            _fixture.Time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(
            ["out-2026-01-01T00-03-00.000.jsonl", "out-2026-01-01T00-04-00.000.jsonl", "out.jsonl"],
            Directory.EnumerateFiles(_fixture.Directory).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_old_file_rotates_and_old_backups_are_removed()
    {
        var options = new FileExporterOptions
        {
            Path = FilePath,
            Format = FileFormat.JsonLines,
            Rotation = new FileRotationOptions { MaxDays = 2 },
        };
        var segment = Segments(Signal.Logs)[0];
        await using var exporter = await StartAsync(options);

        for (var day = 0; day < 6; day++)
        {
            await DeliverAsync(exporter, segment);
            _fixture.Time.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal(
            ["out-2026-01-04T00-00-00.000.jsonl", "out.jsonl"],
            Directory.EnumerateFiles(_fixture.Directory).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_crash_between_a_rotation_and_its_commit_leaves_each_batch_once()
    {
        var options = new FileExporterOptions
        {
            Path = FilePath,
            Format = FileFormat.Proto,
            Rotation = new FileRotationOptions { MaxMegabytes = 2 },
        };
        var large = LargeSegment(900 << 10);
        ReadOnlyMemory<byte> state;
        await using (var exporter = await StartAsync(options))
        {
            state = await DeliverAsync(exporter, large);

            // Settled, but not committed when the rotation comes.
            await DeliverAsync(exporter, large);
            var third = await exporter.DeliverAsync(ExporterFixture.Batch(large), CancellationToken.None);
            Assert.Equal(DeliveryStatus.StateFirst, third.Status);
            Assert.Equal(0, new FileInfo(FilePath).Length);
        }

        await using (var exporter = await StartAsync(options, state))
        {
            await DeliverAsync(exporter, large);
            await DeliverAsync(exporter, large);
        }

        var lengths = Directory.GetFiles(_fixture.Directory).Select(file => new FileInfo(file).Length).Order().ToList();
        Assert.Equal([lengths[0], 2 * lengths[0]], lengths);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Nothing_is_written_before_the_journal_knows_the_file(bool append, bool rotate)
    {
        const string before = "before\n";
        await File.WriteAllTextAsync(FilePath, before);
        var options = new FileExporterOptions { Path = FilePath, Append = append, Format = FileFormat.JsonLines, Rotation = rotate ? new() : null };
        var segment = Segments(Signal.Logs)[0];
        ReadOnlyMemory<byte> state;
        await using (var exporter = await StartAsync(options))
        {
            var outcome = await exporter.DeliverAsync(ExporterFixture.Batch(segment), CancellationToken.None);
            Assert.Equal(DeliveryStatus.StateFirst, outcome.Status);
            state = outcome.State!.Value;
            Assert.Equal(append || rotate ? before : "", await File.ReadAllTextAsync(FilePath));
            await DeliverAsync(exporter, segment);
        }

        await using (var exporter = await StartAsync(options, state))
        {
            Assert.Equal(append || rotate ? before : "", await File.ReadAllTextAsync(FilePath));
            await DeliverAsync(exporter, segment);
        }

        Assert.Equal(segment.Count + (append || rotate ? 1 : 0), File.ReadLines(FilePath).Count());
    }

    [Fact]
    public async Task A_file_that_somebody_empties_is_begun_again_at_its_start()
    {
        var segments = Segments(Signal.Logs, Signal.Logs);
        ReadOnlyMemory<byte> state;
        var options = new FileExporterOptions { Path = FilePath, Format = FileFormat.JsonLines };
        await using (var exporter = await StartAsync(options))
        {
            await DeliverAsync(exporter, segments[0]);
            await File.WriteAllTextAsync(FilePath, "");
            var outcome = await exporter.DeliverAsync(ExporterFixture.Batch(segments[1]), CancellationToken.None);
            Assert.Equal(DeliveryStatus.StateFirst, outcome.Status);
            state = outcome.State!.Value;
            await DeliverAsync(exporter, segments[1]);
        }

        await using (var exporter = await StartAsync(options, state))
        {
            await DeliverAsync(exporter, segments[1]);
        }

        Assert.Equal(AllIds([segments[1]]), Ids(FilePath));
        Assert.Contains(_fixture.Log, line => line.Contains("somebody has emptied it", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_at_another_path_than_the_configured_one_is_never_touched()
    {
        var segments = Segments(Signal.Logs, Signal.Logs);
        var options = new FileExporterOptions { Path = FilePath, Format = FileFormat.JsonLines };
        ReadOnlyMemory<byte> state;
        await using (var exporter = await StartAsync(options))
        {
            state = await DeliverAsync(exporter, segments[0]);
            await DeliverAsync(exporter, segments[1]);
        }

        // As with a copy of the journal, while the owner of the original goes on.
        var other = Path.Combine(_fixture.Directory, "other.jsonl");
        await using (var exporter = await StartAsync(options with { Path = other }, state))
        {
            await DeliverAsync(exporter, segments[1]);
        }

        Assert.Equal(AllIds(segments), Ids(FilePath));
        Assert.Equal(AllIds([segments[1]]), Ids(other));
        Assert.Contains(_fixture.Log, line => line.Contains("were not settled and are delivered again, to the new one", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_state_of_something_else_stops_the_start()
    {
        var e = await Assert.ThrowsAsync<ComponentStartException>(() => StartAsync(new() { Path = FilePath }, new byte[] { 1, 2, 3 }));

        Assert.Contains("give the exporter another name", e.Message, StringComparison.Ordinal);
    }

    private Task<IExporter> StartAsync(FileExporterOptions options, ReadOnlyMemory<byte> state = default) =>
        _fixture.StartAsync(new FileExporterFactory(), options, state);

    private DeliverySegment[] Segments(params Signal[] signals) => [.. signals.Select(s => _fixture.Segment(s, _generator.Request(s)))];

    private DeliverySegment LargeSegment(int bytes)
    {
        var request = new OpenTelemetry.Proto.Collector.Logs.V1.ExportLogsServiceRequest
        {
            ResourceLogs =
            {
                new OpenTelemetry.Proto.Logs.V1.ResourceLogs
                {
                    ScopeLogs =
                    {
                        new OpenTelemetry.Proto.Logs.V1.ScopeLogs
                        {
                            LogRecords =
                            {
                                new OpenTelemetry.Proto.Logs.V1.LogRecord
                                {
                                    Body = new OpenTelemetry.Proto.Common.V1.AnyValue { BytesValue = ByteString.CopyFrom(new byte[bytes]) },
                                },
                            },
                        },
                    },
                },
            },
        };
        return _fixture.Segment(Signal.Logs, request);
    }

    private static async Task<ReadOnlyMemory<byte>> DeliverAsync(IExporter exporter, params DeliverySegment[] segments)
    {
        var outcome = await ExporterFixture.DeliverAsync(exporter, segments);
        Assert.Equal(("", DeliveryStatus.Delivered), (outcome.Reason, outcome.Status));
        return outcome.State!.Value;
    }

    private static IEnumerable<string> AllIds(IEnumerable<DeliverySegment> segments) =>
        segments.SelectMany(s => Enumerable.Range(0, s.Count).Select(i => s.FirstRecord.Plus(i).ToString()));

    private static List<string> Ids(string path) => [.. File.ReadLines(path).Select(line =>
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.GetProperty("id").GetString()!;
    })];
}
