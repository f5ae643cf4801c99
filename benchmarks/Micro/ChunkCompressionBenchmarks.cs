using System.IO.Compression;
using BenchmarkDotNet.Attributes;
using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Telemetry;
using Sluice.Telemetry.Encoders;
using Sluice.Telemetry.Otlp;

namespace Sluice.Micro;

/// <summary>How the store's chunks may be compressed.</summary>
public enum ChunkCompression
{
    /// <summary>A copy.</summary>
    None,

    /// <summary>Deflate in zlib's frame at its fastest level.</summary>
    ZlibFastest,

    /// <summary>Brotli, quality 0.</summary>
    Brotli0,

    /// <summary>Brotli, quality 1.</summary>
    Brotli1,

    /// <summary>Brotli, quality 2.</summary>
    Brotli2,
}

/// <summary>
/// Time per record to compress the JSON of the store, by method and size of a chunk, on requests that vary. Prints the bytes per record.
/// The choice in <c>Sluice.Store/Writing/JsonChunks.cs</c> rests on it: <c>dotnet run -c Release --project benchmarks/Micro -- --filter '*ChunkCompression*'</c>.
/// </summary>
[InProcess]
[WarmupCount(1)]
[IterationCount(4)]
[IterationTime(100)]
public class ChunkCompressionBenchmarks
{
    private const int Records = 20_000;

    private readonly List<byte[]> _chunks = [];
    private byte[] _output = [];

    /// <summary>What is compressed.</summary>
    [Params(Signal.Logs, Signal.Traces)]
    public Signal Signal { get; set; }

    /// <summary>KiB of JSON in a chunk.</summary>
    [Params(16, 64, 256)]
    public int ChunkKiB { get; set; }

    /// <summary>How.</summary>
    [Params(ChunkCompression.None, ChunkCompression.ZlibFastest, ChunkCompression.Brotli0, ChunkCompression.Brotli1, ChunkCompression.Brotli2)]
    public ChunkCompression Method { get; set; }

    /// <summary>Encodes the records and cuts them into chunks.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _chunks.Clear();
        using var buffers = new BufferPool();
        var pool = new TelemetryPool(buffers);
        using var encoder = new JsonLinesEncoder(buffers);
        using var lines = new PooledBufferWriter(buffers, "benchmark");
        var inputs = new VariedInputs();
        var records = 0;
        while (records < Records)
        {
            var request = Signal == Signal.Logs ? inputs.Logs() : inputs.Traces();
            var buffer = buffers.Rent(request.Length, "benchmark");
            request.CopyTo(buffer.Span);
            using var batch = OtlpIndexer.Index(Signal, buffer, 0, request.Length, pool, IndexLimits.Default).Batch!;
            encoder.BeginBatch(batch);
            for (var i = 0; i < batch.Count && records < Records; i++, records++)
            {
                encoder.Encode(i, new RecordId(1, (ulong)records), lines);
                lines.WriteByte((byte)'\n');
                if (lines.Length >= ChunkKiB << 10)
                {
                    _chunks.Add(lines.WrittenSpan.ToArray());
                    lines.Clear();
                }
            }
        }

        _chunks.Add(lines.WrittenSpan.ToArray());
        _output = new byte[BrotliEncoder.GetMaxCompressedLength(_chunks.Max(chunk => chunk.Length))];
        Console.WriteLine($"// {Signal}, {ChunkKiB} KiB, {Method}: {CompressAll() / (double)Records:0} bytes per record");
    }

    /// <summary>Compresses all of them.</summary>
    [Benchmark(OperationsPerInvoke = Records)]
    public long CompressAll()
    {
        var bytes = 0L;
        foreach (var chunk in _chunks)
        {
            bytes += Compress(chunk);
        }

        return bytes;
    }

    private int Compress(byte[] chunk)
    {
        switch (Method)
        {
            case ChunkCompression.None:
                chunk.CopyTo(_output, 0);
                return chunk.Length;
            case ChunkCompression.ZlibFastest:
                using (var output = new MemoryStream(_output))
                {
                    using (var zlib = new ZLibStream(output, CompressionLevel.Fastest, leaveOpen: true))
                    {
                        zlib.Write(chunk);
                    }

                    return (int)output.Position;
                }

            default:
                var quality = Method - ChunkCompression.Brotli0;
                return BrotliEncoder.TryCompress(chunk, _output, out var written, quality, window: 18)
                    ? written
                    : throw new InvalidOperationException("The output was too small.");
        }
    }
}
