using Sluice.Buffers;
using Sluice.Telemetry.Editing;

namespace Sluice.Telemetry.Otlp;

/// <summary>Encodes the records of batches and views as OTLP export requests, copying messages and unknown fields as they are.</summary>
public static class OtlpRequestWriter
{
    /// <summary>What a container's own fields are taken to need when its length is guessed.</summary>
    private const int ExpectedOwnFields = 100;

    /// <summary>Appends records <paramref name="start"/> to <paramref name="start"/> + <paramref name="count"/> of a batch as one request.</summary>
    /// <remarks>What the indexer refused is never written; the whole of a batch without any of it is its payload, byte for byte.</remarks>
    /// <returns>Bytes written.</returns>
    public static int Write(EnvelopeBatch batch, int start, int count, PooledBufferWriter output)
    {
        var source = new Source(batch.Payload, default, batch.Resources, batch.Scopes);
        return IsWhole(batch, start, count)
            ? CopyPayload(batch, output)
            : Encode(in source, batch.Envelopes.Slice(start, count), output);
    }

    /// <summary>Whether records <paramref name="start"/> to <paramref name="start"/> + <paramref name="count"/> are written as the payload, byte for byte.</summary>
    public static bool IsWhole(EnvelopeBatch batch, int start, int count) => start == 0 && count == batch.Count && !batch.HasFaults;

    /// <summary>Appends records <paramref name="start"/> to <paramref name="start"/> + <paramref name="count"/> of a view as one request.</summary>
    /// <returns>Bytes written.</returns>
    public static int Write(BatchView view, int start, int count, PooledBufferWriter output)
    {
        var batch = view.Source;
        var source = new Source(batch.Payload, view.Slab, view.Resources, view.Scopes);
        return view.IsUntouched && IsWhole(batch, start, count)
            ? CopyPayload(batch, output)
            : Encode(in source, view.Envelopes.Slice(start, count), output);
    }

    private static int CopyPayload(EnvelopeBatch batch, PooledBufferWriter output)
    {
        output.Write(batch.Payload);
        return batch.Payload.Length;
    }

    private static int Encode(in Source source, ReadOnlySpan<Envelope> envelopes, PooledBufferWriter output)
    {
        var start = output.Length;
        var writer = new ProtoWriter(output);
        for (var i = 0; i < envelopes.Length;)
        {
            i = WriteResource(in source, envelopes, i, writer);
        }

        // What belongs to the request itself: nothing in OTLP 1.x, so unknown fields.
        var reader = new ProtoReader(source.Payload);
        while (reader.TryReadTag() && reader.TrySkip())
        {
            if (reader.Field != OtlpContainer.RequestResources || reader.WireType != WireType.LengthDelimited)
            {
                writer.Raw(reader.FieldBytes);
            }
        }

        return output.Length - start;
    }

    private static int WriteResource(in Source source, ReadOnlySpan<Envelope> envelopes, int first, ProtoWriter writer)
    {
        var index = envelopes[first].Resource;
        var expected = (long)ExpectedOwnFields;
        var end = first;
        for (; end < envelopes.Length && envelopes[end].Resource == index; end++)
        {
            expected += ProtoWriter.BytesFieldSize(OtlpContainer.Children, envelopes[end].Length);
        }

        var mark = writer.BeginMessage(OtlpContainer.RequestResources, expected);
        ref readonly var entry = ref source.Resources[index];
        OtlpContainer.CopyOwnFields(source.Bytes(entry.InSlab).Slice(entry.Offset, entry.Length), writer);
        for (var i = first; i < end;)
        {
            i = WriteScope(in source, envelopes[..end], i, writer);
        }

        writer.EndMessage(mark, expected);
        return end;
    }

    private static int WriteScope(in Source source, ReadOnlySpan<Envelope> envelopes, int first, ProtoWriter writer)
    {
        var index = envelopes[first].Scope;
        var expected = (long)ExpectedOwnFields;
        var end = first;
        for (; end < envelopes.Length && envelopes[end].Scope == index; end++)
        {
            expected += ProtoWriter.BytesFieldSize(OtlpContainer.Children, envelopes[end].Length);
        }

        var mark = writer.BeginMessage(OtlpContainer.Children, expected);
        ref readonly var entry = ref source.Scopes[index];
        OtlpContainer.CopyOwnFields(source.Bytes(entry.InSlab).Slice(entry.Offset, entry.Length), writer);
        for (var i = first; i < end;)
        {
            i = WriteRun(in source, envelopes[..end], i, writer);
        }

        writer.EndMessage(mark, expected);
        return end;
    }

    /// <summary>Writes a record, and with it, in one copy, those that follow it directly in the payload.</summary>
    private static int WriteRun(in Source source, ReadOnlySpan<Envelope> envelopes, int first, ProtoWriter writer)
    {
        ref readonly var envelope = ref envelopes[first];
        var inSlab = (envelope.Flags & EnvelopeFlags.InSlab) != EnvelopeFlags.None;
        var position = envelope.Offset + envelope.Length;
        var next = first + 1;
        for (; !inSlab && next < envelopes.Length; next++)
        {
            // A gap of just the smallest tag and length has no room for another field, nor for a record that was refused or dropped.
            ref readonly var candidate = ref envelopes[next];
            if ((candidate.Flags & EnvelopeFlags.InSlab) != EnvelopeFlags.None ||
                candidate.Offset - position != 1 + ProtoWriter.VarintSize((ulong)candidate.Length))
            {
                break;
            }

            position = candidate.Offset + candidate.Length;
        }

        writer.BytesHeader(OtlpContainer.Children, envelope.Length);
        writer.Raw(source.Bytes(inSlab)[envelope.Offset..position]);
        return next;
    }

    private readonly ref struct Source(
        ReadOnlySpan<byte> payload,
        ReadOnlySpan<byte> slab,
        ReadOnlySpan<ResourceEntry> resources,
        ReadOnlySpan<ScopeEntry> scopes)
    {
        public readonly ReadOnlySpan<byte> Payload = payload;
        public readonly ReadOnlySpan<byte> Slab = slab;
        public readonly ReadOnlySpan<ResourceEntry> Resources = resources;
        public readonly ReadOnlySpan<ScopeEntry> Scopes = scopes;

        public ReadOnlySpan<byte> Bytes(bool inSlab) => inSlab ? Slab : Payload;
    }
}
