using System.Text;
using Sluice.Buffers;
using Sluice.Telemetry.Otlp;

namespace Sluice.Runtime.Contracts;

/// <summary>Where a request came from. Travels with its records through the journal. Immutable; share one between requests where it is the same.</summary>
public sealed record RequestContext
{
    private const int ReceiverField = 1;
    private const int PeerField = 2;
    private const int SubjectField = 3;
    private const int HeaderField = 4;

    /// <summary>Scratch space; a pool of its own since a context belongs to no instance.</summary>
    private static readonly BufferPool Scratch = new();

    private byte[]? _encoded;

    /// <summary>Id of the receiver.</summary>
    public required string Receiver { get; init; }

    /// <summary>The sender's address, when known.</summary>
    public string? Peer { get; init; }

    /// <summary>Who the sender proved to be, when authenticated.</summary>
    public string? Subject { get; init; }

    /// <summary>The headers that the configuration chose to keep, names in lower case.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>
    /// The form that the journal keeps: protobuf fields 1 receiver, 2 peer, 3 subject, 4 headers (1 name, 2 value). Made once per instance.
    /// </summary>
    public ReadOnlySpan<byte> Encoded => _encoded ??= Encode();

    private byte[] Encode()
    {
        using var output = new PooledBufferWriter(Scratch, "request context");
        var writer = new ProtoWriter(output);
        writer.Bytes(ReceiverField, Encoding.UTF8.GetBytes(Receiver));
        WriteText(writer, PeerField, Peer);
        WriteText(writer, SubjectField, Subject);
        foreach (var (name, value) in Headers)
        {
            var header = writer.BeginMessage(HeaderField);
            WriteText(writer, 1, name);
            WriteText(writer, 2, value);
            writer.EndMessage(header);
        }

        return output.WrittenSpan.ToArray();
    }

    private static void WriteText(ProtoWriter writer, int field, string? text)
    {
        if (text is not null)
        {
            writer.Bytes(field, Encoding.UTF8.GetBytes(text));
        }
    }
}
