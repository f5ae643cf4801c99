using System.Diagnostics.CodeAnalysis;
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
    private const int HeaderName = 1;
    private const int HeaderValue = 2;

    /// <summary>Scratch space; a pool of its own since a context belongs to no instance.</summary>
    private static readonly BufferPool Scratch = new();

    private byte[]? _encoded;

    /// <summary>Creates one, to be filled in.</summary>
    public RequestContext()
    {
    }

    /// <summary>A copy is encoded anew: something in it will be different.</summary>
    [SetsRequiredMembers]
    private RequestContext(RequestContext other) => (Receiver, Peer, Subject, Headers) = (other.Receiver, other.Peer, other.Subject, other.Headers);

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

    /// <summary>Reads the id of the receiver out of an encoded context: UTF-8 within it; empty when there is none.</summary>
    public static ReadOnlyMemory<byte> ReadReceiver(ReadOnlyMemory<byte> context)
    {
        var reader = new ProtoReader(context.Span);
        while (reader.TryReadTag())
        {
            if (reader.WireType != WireType.LengthDelimited)
            {
                reader.TrySkip();
            }
            else if (reader.TryReadBytes(out var value) && reader.Field == ReceiverField)
            {
                return context.Slice(reader.Position - value.Length, value.Length);
            }
        }

        return default;
    }

    /// <summary>Reads the first value of a header out of an encoded context.</summary>
    /// <param name="context">The encoded context.</param>
    /// <param name="name">The name of the header in lower case, in UTF-8.</param>
    /// <returns>The value, in UTF-8; empty when the request had no such header, or its receiver keeps none.</returns>
    public static ReadOnlySpan<byte> ReadHeader(ReadOnlySpan<byte> context, ReadOnlySpan<byte> name)
    {
        var reader = new ProtoReader(context);
        return TryReadValue(ref reader, name, out var value) ? value : default;
    }

    /// <summary>Reads on in an encoded context until the next value of a property.</summary>
    /// <param name="context">At the beginning of the context, or behind the value before.</param>
    /// <param name="headerName">The name of a header in lower case, in UTF-8; empty for the subject.</param>
    /// <param name="value">The value, in UTF-8.</param>
    /// <returns>False when there is no further value; <see cref="ProtoReader.Malformed"/> says whether that is because the bytes are no context.</returns>
    internal static bool TryReadValue(scoped ref ProtoReader context, scoped ReadOnlySpan<byte> headerName, out ReadOnlySpan<byte> value)
    {
        value = default;
        while (context.TryReadTag())
        {
            if (context.WireType != WireType.LengthDelimited)
            {
                context.TrySkip();
            }
            else if (!context.TryReadBytes(out value))
            {
                return false;
            }
            else if (headerName.IsEmpty ? context.Field == SubjectField : context.Field == HeaderField && IsHeader(value, headerName, out value))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsHeader(ReadOnlySpan<byte> header, scoped ReadOnlySpan<byte> wanted, out ReadOnlySpan<byte> value)
    {
        value = default;
        var isWanted = false;
        var reader = new ProtoReader(header);
        while (reader.TryReadTag() && reader.TryReadBytes(out var text))
        {
            switch (reader.Field)
            {
                case HeaderName:
                    isWanted = text.SequenceEqual(wanted);
                    break;
                case HeaderValue:
                    value = text;
                    break;
            }
        }

        return isWanted;
    }

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
            WriteText(writer, HeaderName, name);
            WriteText(writer, HeaderValue, value);
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
