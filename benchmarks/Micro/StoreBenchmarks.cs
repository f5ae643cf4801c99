using BenchmarkDotNet.Attributes;
using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Store;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;

namespace Sluice.Micro;

/// <summary>
/// Time and memory per record to store batches as they are delivered, full text included, on the disk of the temporary directory, of
/// requests that vary. Goal: 20 µs, which is 50,000 records a second. Prints how large a record is on the disk.
/// </summary>
[MemoryDiagnoser]
[SimpleJob(launchCount: 1, warmupCount: 1, iterationCount: 5, invocationCount: 4)]
public class StoreBenchmarks
{
    /// <summary>Records in a transaction.</summary>
    private const int Records = 8192;

    /// <summary>Transactions before the same records come again.</summary>
    private const int Transactions = 6;

    private readonly BufferPool _buffers = new();
    private readonly List<EnvelopeBatch> _batches = [];
    private readonly List<StoreSegment> _segments = [];
    private string _directory = "";
    private StoreWriter _writer = null!;
    private ulong _sequence;
    private int _next;

    /// <summary>What is stored.</summary>
    [Params(Signal.Logs, Signal.Traces)]
    public Signal Signal { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _directory = Directory.CreateTempSubdirectory("sluice-benchmark-").FullName;
        var pool = new TelemetryPool(_buffers);
        var inputs = new VariedInputs();
        for (var records = 0; records < Transactions * Records; records += _batches[^1].Count)
        {
            var request = Signal == Signal.Logs ? inputs.Logs() : inputs.Traces();
            var buffer = _buffers.Rent(request.Length, "benchmark");
            request.CopyTo(buffer.Span);
            _batches.Add(OtlpIndexer.Index(Signal, buffer, 0, request.Length, pool, IndexLimits.Default).Batch!);
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

    /// <summary>Stores the next records in one transaction.</summary>
    [Benchmark(OperationsPerInvoke = Records)]
    public async Task<int> Apply()
    {
        _segments.Clear();
        for (var left = Records; left > 0; _next = (_next + 1) % _batches.Count)
        {
            var batch = _batches[_next];
            var count = Math.Min(left, batch.Count);
            _segments.Add(new StoreSegment(batch, 0, count, new RecordId(1, _sequence), "all", 1_767_225_600_000_000_000));
            _sequence += (ulong)count;
            left -= count;
        }

        var result = await _writer.ApplyAsync(_segments, CancellationToken.None);
        return result.Stored == Records ? result.Stored : throw new InvalidOperationException("Records were taken for duplicates.");
    }
}
