using System.Buffers.Binary;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Sluice.Load.Ids;

namespace Sluice.Load.Receiving;

/// <summary>Takes Prometheus' remote write 1.0 and 2.0: reads Snappy, and no more of the message than where the values of samples are.</summary>
internal static class RemoteWriteApi
{
    private static ReadOnlySpan<byte> TargetInfo => "target_info"u8;

    /// <summary>Whether a path is that of remote writes.</summary>
    public static bool IsWrite(string path) => path == "/api/v1/write";

    /// <summary>Whether a content type is that of remote write 2.0.</summary>
    public static bool IsVersion2(string? contentType) => contentType?.Contains("io.prometheus.write.v2.Request", StringComparison.Ordinal) == true;

    /// <summary>Counts the samples of a message, the bits of whose values are ids; those of <c>target_info</c> have none.</summary>
    /// <param name="message">The message.</param>
    /// <param name="isVersion2">Whether it is one of remote write 2.0, in which series refer to texts that the message has once.</param>
    /// <param name="records">Gets the ids.</param>
    /// <returns>All samples.</returns>
    /// <exception cref="InvalidDataException">It is no such message.</exception>
    public static int Count(ReadOnlySpan<byte> message, bool isVersion2, IdCounter records)
    {
        const int SeriesOf1 = 1;
        const int SeriesOf2 = 5;
        const int Samples = 2;
        var target = isVersion2 ? SymbolOf(TargetInfo, message) : -1;
        var samples = 0;
        var position = 0;
        while (TryNext(message, ref position, out var field, out var series))
        {
            if (field != (isVersion2 ? SeriesOf2 : SeriesOf1))
            {
                continue;
            }

            var isTarget = isVersion2 ? HasValue(series, target) : series.IndexOf(TargetInfo) >= 0;
            var inSeries = 0;
            while (TryNext(series, ref inSeries, out var part, out var sample))
            {
                if (part != Samples)
                {
                    continue;
                }

                samples++;
                if (!isTarget)
                {
                    records.Add(BinaryPrimitives.ReadUInt64LittleEndian(sample[1..]));
                }
            }
        }

        return samples;
    }

    /// <summary>Says how much was written, as receivers of remote write 2.0 have to; a sender takes those that do not for ones that know only 1.0.</summary>
    public static void SayWritten(IHeaderDictionary headers, int samples)
    {
        headers["X-Prometheus-Remote-Write-Samples-Written"] = samples.ToString(CultureInfo.InvariantCulture);
        headers["X-Prometheus-Remote-Write-Histograms-Written"] = "0";
        headers["X-Prometheus-Remote-Write-Exemplars-Written"] = "0";
    }

    /// <summary>Which symbol of a message a text is; -1 when it is none.</summary>
    private static int SymbolOf(ReadOnlySpan<byte> text, ReadOnlySpan<byte> message)
    {
        const int Symbols = 4;
        var position = 0;
        for (var symbol = 0; TryNext(message, ref position, out var field, out var value);)
        {
            if (field != Symbols)
            {
                continue;
            }

            if (value.SequenceEqual(text))
            {
                return symbol;
            }

            symbol++;
        }

        return -1;
    }

    /// <summary>Whether a label of a series has the value that a symbol is. Names and values take turns.</summary>
    private static bool HasValue(ReadOnlySpan<byte> series, int symbol)
    {
        const int Labels = 1;
        var position = 0;
        while (symbol >= 0 && TryNext(series, ref position, out var field, out var references))
        {
            for (var (at, i) = (0, 0); field == Labels && at < references.Length; i++)
            {
                if (Varint(references, ref at) == (ulong)symbol && i % 2 == 1)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>What Snappy's block format holds.</summary>
    /// <param name="block">The block.</param>
    /// <param name="output">Room for it; made larger where needed.</param>
    /// <exception cref="InvalidDataException">It is not Snappy.</exception>
    public static ReadOnlySpan<byte> Decompress(ReadOnlySpan<byte> block, ref byte[] output)
    {
        var position = 0;
        var length = (int)Varint(block, ref position);
        if (output.Length < length)
        {
            output = new byte[length];
        }

        var written = 0;
        while (position < block.Length)
        {
            var tag = block[position++];
            var size = (tag >> 2) + 1;
            switch (tag & 3)
            {
                case 0:
                    var extra = Math.Max(0, size - 60);
                    for (var i = 0; i < extra; i++)
                    {
                        size = i == 0 ? 1 + block[position] : size + (block[position + i] << (8 * i));
                    }

                    position += extra;
                    block.Slice(position, size).CopyTo(output.AsSpan(written));
                    position += size;
                    written += size;
                    break;
                case 1:
                    Copy(output, ref written, ((tag >> 5) << 8) | block[position++], ((tag >> 2) & 7) + 4);
                    break;
                case 2:
                    Copy(output, ref written, BinaryPrimitives.ReadUInt16LittleEndian(block[position..]), size);
                    position += sizeof(ushort);
                    break;
                default:
                    throw new InvalidDataException("Copies with offsets of four bytes are not for blocks of 64 KiB.");
            }
        }

        return written == length ? output.AsSpan(0, length) : throw new InvalidDataException($"Snappy of {length} bytes holds {written}.");
    }

    private static void Copy(byte[] output, ref int written, int offset, int length)
    {
        if (offset >= length)
        {
            output.AsSpan(written - offset, length).CopyTo(output.AsSpan(written));
            written += length;
            return;
        }

        for (var i = 0; i < length; i++, written++)
        {
            output[written] = output[written - offset];
        }
    }

    private static bool TryNext(ReadOnlySpan<byte> message, ref int position, out int field, out ReadOnlySpan<byte> value)
    {
        field = 0;
        value = default;
        if (position >= message.Length)
        {
            return false;
        }

        var tag = Varint(message, ref position);
        if ((tag & 7) != 2)
        {
            throw new InvalidDataException($"A message was expected, not a field of the type {tag & 7}.");
        }

        var length = (int)Varint(message, ref position);
        field = (int)(tag >> 3);
        value = message.Slice(position, length);
        position += length;
        return true;
    }

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int position)
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = bytes[position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("A varint does not end.");
    }
}
