using System.Text.Json;
using Sluice.Components.Exporters.FileExporter;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;
using Sluice.Testing;
using Sluice.Testing.Otlp;

namespace Sluice.Components.Tests.Exporters;

/// <summary>
/// Random deliveries, crashes and changes of the configuration, between a journal that is modelled by its last committed state and real
/// files: every record is in the files once, in order.
/// </summary>
public sealed class FileExporterCrashTests
{
    private static readonly int Runs = Environment.GetEnvironmentVariable("SLUICE_SOAK") == "1" ? 3000 : 60;

    [Fact]
    public async Task Wherever_it_crashes_every_record_is_there_once()
    {
        for (var run = 0; run < Runs; run++)
        {
            var seed = RandomSeed.Value + run;
            var steps = new List<string>();
            try
            {
                await using var world = new World(new Random(seed), steps);
                await world.RunAsync();
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"SLUICE_SEED={seed}: {e.Message}\n{string.Join('\n', steps)}", e);
            }
        }
    }

    /// <summary>The exporter, the files, and what a journal would know.</summary>
    private sealed class World : IAsyncDisposable
    {
        private const string Foreign = "{\"id\":\"somebody else's\"}\n";

        private readonly ExporterFixture _fixture = new();
        private readonly Random _random;
        private readonly List<string> _steps;
        private readonly OtlpGenerator _generator;
        private readonly List<DeliverySegment> _expected = [];

        /// <summary>The states behind what is delivered and not committed: a crash forgets them, and the batches come again.</summary>
        private readonly Queue<ReadOnlyMemory<byte>> _settled = new();
        private FileExporterOptions _options;
        private ReadOnlyMemory<byte> _committed;
        private IExporter? _exporter;
        private int _cursor;
        private int _paths;
        private int _foreign;

        public World(Random random, List<string> steps)
        {
            _random = random;
            _steps = steps;
            _generator = new OtlpGenerator(random.Next());

            // 0 MiB, which the configuration does not allow, rotates before every batch.
            _options = new FileExporterOptions
            {
                Append = random.Next(2) == 0,
                Format = FileFormat.JsonLines,
                Fsync = random.Next(10) == 0,
                Rotation = random.Next(3) == 0 ? null : new FileRotationOptions { MaxMegabytes = random.Next(2), MaxBackups = 0 },
            };
            ChangePath();
        }

        public async Task RunAsync()
        {
            for (var step = 0; step < 20; step++)
            {
                _fixture.Time.Advance(TimeSpan.FromHours(_random.Next(1, 20)));
                switch (_random.Next(8))
                {
                    case 0:
                        await CrashAsync("between batches");
                        break;
                    case 1:
                        await RedeliverAsync();
                        Commit(int.MaxValue);
                        await CrashAsync("between batches, all committed, and its path was changed");
                        ChangePath();
                        break;
                    case 2:
                        Commit(_random.Next(1, 3));
                        break;
                    case 3:
                        Commit(int.MaxValue);
                        TakeAway();
                        break;
                    default:
                        await DeliverNewAsync();
                        break;
                }
            }

            await RedeliverAsync();
            await (_exporter?.DisposeAsync() ?? ValueTask.CompletedTask);
            _exporter = null;
            var written = Directory.EnumerateFiles(_fixture.Directory).OrderBy(Key, StringComparer.Ordinal).SelectMany(Ids).ToList();
            var foreign = written.RemoveAll(id => id == "somebody else's");
            Assert.Equal(_expected.SelectMany(segment => Enumerable.Range(0, segment.Count).Select(i => segment.FirstRecord.Plus(i).ToString())), written);
            if (_options.Append || _options.Rotation is not null)
            {
                Assert.Equal(_foreign, foreign);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await (_exporter?.DisposeAsync() ?? ValueTask.CompletedTask);
            await _fixture.DisposeAsync();
        }

        /// <summary>Files of one path in the order in which they were written: backups first, then the file; a file taken away is between them.</summary>
        private static string Key(string file) => Path.GetFileName(file).Replace(".jsonl", ":", StringComparison.Ordinal);

        private static IEnumerable<string> Ids(string path) => File.ReadLines(path).Select(line =>
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.GetProperty("id").GetString()!;
        });

        private async Task DeliverNewAsync()
        {
            var signal = (Signal)_random.Next(3);
            var segment = _fixture.Segment(signal, _generator.Request(signal));
            if (segment.Count > 0)
            {
                _expected.Add(segment);
                await RedeliverAsync();
            }
        }

        /// <summary>Delivers what the journal holds behind its cursor, in order, however often it crashes on the way.</summary>
        private async Task RedeliverAsync()
        {
            while (_cursor + _settled.Count < _expected.Count)
            {
                await TryDeliverAsync(_expected[_cursor + _settled.Count]);
            }
        }

        private async Task TryDeliverAsync(DeliverySegment segment)
        {
            _exporter ??= await _fixture.StartAsync(new FileExporterFactory(), _options, _committed);
            while (true)
            {
                var before = File.Exists(_options.Path) ? new FileInfo(_options.Path).Length : 0;
                var outcome = await _exporter.DeliverAsync(ExporterFixture.Batch(segment), CancellationToken.None);
                if (outcome.Status != DeliveryStatus.StateFirst)
                {
                    Assert.Equal(("", DeliveryStatus.Delivered), (outcome.Reason, outcome.Status));
                    _settled.Enqueue(outcome.State!.Value);
                    _steps.Add($"delivered {segment.FirstRecord}");
                    if (_random.Next(6) == 0)
                    {
                        await CrashInWriteAsync(before);
                    }

                    return;
                }

                if (_random.Next(4) == 0)
                {
                    await CrashAsync("before its file was committed");
                    return;
                }

                Commit(int.MaxValue);
                _committed = outcome.State!.Value;
                if (_random.Next(4) == 0)
                {
                    await CrashAsync("after its file was committed");
                    return;
                }
            }
        }

        /// <summary>Leaves of the last batch as much as a killed process would have: any part of it.</summary>
        private async Task CrashInWriteAsync(long before)
        {
            using (var handle = File.OpenHandle(_options.Path, access: FileAccess.ReadWrite))
            {
                RandomAccess.SetLength(handle, _random.NextInt64(before, RandomAccess.GetLength(handle) + 1));
            }

            await CrashAsync("in a write");
        }

        private async Task CrashAsync(string where)
        {
            _steps.Add("crashed " + where);
            _settled.Clear();
            await (_exporter?.DisposeAsync() ?? ValueTask.CompletedTask);
            _exporter = null;
        }

        private void Commit(int batches)
        {
            for (; batches > 0 && _settled.TryDequeue(out var state); batches--)
            {
                _committed = state;
                _cursor++;
                _steps.Add($"committed {_cursor} batches");
            }
        }

        /// <summary>Somebody renames the file, to a name that no backup has; nothing that counts is uncommitted.</summary>
        private void TakeAway()
        {
            if (File.Exists(_options.Path))
            {
                _steps.Add("somebody renamed the file");
                var name = $"{Path.GetFileNameWithoutExtension(_options.Path)}-{_fixture.Time.GetUtcNow():yyyy-MM-dd'T'HH-mm-ss.fff}~{_expected.Count}.jsonl";
                File.Move(_options.Path, Path.Combine(_fixture.Directory, name));
            }
        }

        private void ChangePath()
        {
            _options = _options with { Path = Path.Combine(_fixture.Directory, $"out{++_paths:00}.jsonl") };
            if (_random.Next(2) == 0)
            {
                File.WriteAllText(_options.Path, Foreign);
                _foreign++;
            }
        }
    }
}
