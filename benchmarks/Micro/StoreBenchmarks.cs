using BenchmarkDotNet.Attributes;
using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Store;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;

namespace Sluice.Micro;

/// <summary>
/// Time per log record to store batches as they are delivered, full text included, on the disk of the temporary directory. Goal: 20 µs,
/// which is 50,000 records a second. Prints how large a record is on the disk.
/// </summary>
[MemoryDiagnoser]
[SimpleJob(launchCount: 1, warmupCount: 1, iterationCount: 5, invocationCount: 4)]
public class StoreBenchmarks
{
    private const int Requests = 80;

    private readonly BufferPool _buffers = new();
    private readonly List<EnvelopeBatch> _batches = [];
    private string _directory = "";
    private StoreWriter _writer = null!;
    private ulong _sequence;

    [GlobalSetup]
    public void Setup()
    {
        _directory = Directory.CreateTempSubdirectory("sluice-benchmark-").FullName;
        var pool = new TelemetryPool(_buffers);
        var request = Inputs.Logs();
        for (var i = 0; i < Requests; i++)
        {
            var buffer = _buffers.Rent(request.Length, "benchmark");
            request.CopyTo(buffer.Span);
            _batches.Add(OtlpIndexer.Index(Signal.Logs, buffer, 0, request.Length, pool, IndexLimits.Default).Batch!);
        }

        var options = new StoreOptions { Directory = _directory };
        _writer = StoreWriter.Open(options, Guid.NewGuid(), _buffers, TimeProvider.System, notice => Console.WriteLine($"// {notice.Message}"));
    }

    [GlobalCleanup]
    public async Task Cleanup()
    {
        await _writer.DisposeAsync();
        var bytes = Directory.GetFiles(_directory, "*.db").Sum(file => new FileInfo(file).Length);
        Console.WriteLine($"// {bytes / (double)_sequence:0} bytes per record on the disk, of {_sequence} records");
        Directory.Delete(_directory, recursive: true);
    }

    [Benchmark(OperationsPerInvoke = Requests * Inputs.Records)]
    public async Task<int> Apply()
    {
        var segments = new List<StoreSegment>(Requests);
        foreach (var batch in _batches)
        {
            segments.Add(new StoreSegment(batch, 0, batch.Count, new RecordId(1, _sequence), "logs", 1_767_225_600_000_000_000));
            _sequence += (ulong)batch.Count;
        }

        var result = await _writer.ApplyAsync(segments, CancellationToken.None);
        return result.Stored == Requests * Inputs.Records ? result.Stored : throw new InvalidOperationException("Records were taken for duplicates.");
    }
}
