using System.IO.Compression;
using Sluice.Configuration;

namespace Sluice.Transport.HttpClients;

/// <summary>How bodies of requests are compressed.</summary>
public enum ClientCompression
{
    /// <summary>RFC 1952.</summary>
    Gzip,

    /// <summary>RFC 1950, under the name that HTTP has for it: the Collector knows it by both.</summary>
    [OptionValue("deflate", "zlib")]
    Deflate,

    /// <summary>Not at all.</summary>
    [OptionValue("none", "")]
    None,
}

/// <summary>The Collector's <c>compression_params</c>.</summary>
public sealed record CompressionParamsOptions
{
    /// <summary>How hard to try.</summary>
    [Option("How much time to spend on it, from 1 (fast) to 9 (small).", Min = 1, Max = 9)]
    public int Level { get; init; } = 1;
}

/// <summary>Compresses bodies.</summary>
public static class ClientCompressions
{
    /// <summary>The name in <c>Content-Encoding</c> and <c>grpc-encoding</c>; null for none.</summary>
    public static string? NameOf(ClientCompression compression) => compression switch
    {
        ClientCompression.Gzip => "gzip",
        ClientCompression.Deflate => "deflate",
        _ => null,
    };

    /// <summary>Compresses pieces as one body, behind what the output holds already.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is nothing to compress with.</exception>
    public static void Compress(
        ClientCompression compression, int level, IReadOnlyList<ReadOnlyMemory<byte>> pieces, Buffers.PooledBufferWriter output)
    {
        var options = new ZLibCompressionOptions { CompressionLevel = level };
        using var target = new WriterStream(output);
        using Stream compressor = compression switch
        {
            ClientCompression.Gzip => new GZipStream(target, options, leaveOpen: true),
            ClientCompression.Deflate => new ZLibStream(target, options, leaveOpen: true),
            _ => throw new ArgumentOutOfRangeException(nameof(compression)),
        };
        foreach (var piece in pieces)
        {
            compressor.Write(piece.Span);
        }
    }
}
