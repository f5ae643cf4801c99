using System.Net;

namespace Sluice.Transport.Tests.Support;

/// <summary>A request body of unknown length, sent in pieces and flushed after each.</summary>
public sealed class PiecewiseContent(byte[] bytes, int pieceLength) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        for (var start = 0; start < bytes.Length; start += pieceLength)
        {
            await stream.WriteAsync(bytes.AsMemory(start, Math.Min(pieceLength, bytes.Length - start)));
            await stream.FlushAsync();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
