using System.Text.Json;
using Sluice.Components.Exporters.FileExporter;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;
using Sluice.Testing.Otlp;

namespace Sluice.Components.Tests.Exporters;

/// <summary>Random deliveries and crashes: whatever was settled is in the files once, and nothing else is.</summary>
public sealed class FileExporterCrashTests
{
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("SLUICE_SEED"), out var seed) ? seed : Environment.TickCount;
    private static readonly int Runs = Environment.GetEnvironmentVariable("SLUICE_SOAK") == "1" ? 500 : 25;

    [Fact]
    public async Task Whatever_happens_between_batches_every_settled_record_is_there_once()
    {
        for (var run = 0; run < Runs; run++)
        {
            try
            {
                await RunAsync(new Random(Seed + run));
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"SLUICE_SEED={Seed + run}: {e.Message}", e);
            }
        }
    }

    private static async Task RunAsync(Random random)
    {
        await using var fixture = new ExporterFixture();
        var path = Path.Combine(fixture.Directory, "out.jsonl");
        var options = new FileExporterOptions
        {
            Path = path,
            Format = FileFormat.JsonLines,
            Fsync = false,

            // 0 MiB, which the configuration does not allow, rotates before every batch.
            Rotation = random.Next(3) == 0 ? null : new FileRotationOptions { MaxMegabytes = random.Next(2), MaxBackups = 0 },
        };
        var generator = new OtlpGenerator(random.Next());
        var expected = new List<string>();
        var first = fixture.Segment(Signal.Logs, generator.Request(Signal.Logs));

        // The first settled batch gives the exporter a state to return to; what can happen before it is in the README.
        var exporter = await fixture.StartAsync(new FileExporterFactory(), options);
        var state = await SettleAsync(exporter, expected, first);
        for (var step = 0; step < 12; step++)
        {
            var signal = (Signal)random.Next(3);
            var segment = fixture.Segment(signal, generator.Request(signal));
            fixture.Time.Advance(TimeSpan.FromHours(random.Next(20)));
            if (segment.Count == 0)
            {
                continue;
            }

            switch (random.Next(4))
            {
                case 0:
                    // Written, and the process dies before the journal hears of it.
                    await exporter.DeliverAsync(ExporterFixture.Batch(segment), CancellationToken.None);
                    exporter = await RestartAsync(fixture, exporter, options, state);
                    break;
                case 1:
                    // Killed in the middle of a write.
                    await exporter.DisposeAsync();
                    await AppendGarbageAsync(path, random);
                    exporter = await fixture.StartAsync(new FileExporterFactory(), options, state);
                    break;
                case 2:
                    // Written in part, then settled by a later attempt of the same process.
                    await AppendGarbageAsync(path, random);
                    break;
                default:
                    break;
            }

            state = await SettleAsync(exporter, expected, segment);
        }

        await exporter.DisposeAsync();
        Assert.Equal(expected, Directory.EnumerateFiles(fixture.Directory).Order(new BackupsFirst(path)).SelectMany(Ids));
    }

    private static async Task<ReadOnlyMemory<byte>> SettleAsync(IExporter exporter, List<string> expected, DeliverySegment segment)
    {
        var outcome = await exporter.DeliverAsync(ExporterFixture.Batch(segment), CancellationToken.None);
        Assert.Equal(("", DeliveryStatus.Delivered), (outcome.Reason, outcome.Status));
        expected.AddRange(Enumerable.Range(0, segment.Count).Select(i => segment.FirstRecord.Plus(i).ToString()));
        return outcome.State!.Value;
    }

    private static async Task<IExporter> RestartAsync(
        ExporterFixture fixture, IExporter exporter, FileExporterOptions options, ReadOnlyMemory<byte> state)
    {
        await exporter.DisposeAsync();
        return await fixture.StartAsync(new FileExporterFactory(), options, state);
    }

    private static async Task AppendGarbageAsync(string path, Random random)
    {
        var garbage = new byte[random.Next(1, 300)];
        random.NextBytes(garbage);
        await File.AppendAllBytesAsync(path, garbage);
    }

    private static IEnumerable<string> Ids(string path) => File.ReadLines(path).Select(line =>
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.GetProperty("id").GetString()!;
    });

    private sealed class BackupsFirst(string current) : IComparer<string>
    {
        public int Compare(string? x, string? y) =>
            (x == current).CompareTo(y == current) is not 0 and var order ? order : string.CompareOrdinal(x, y);
    }
}
