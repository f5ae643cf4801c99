using System.Buffers.Binary;
using System.IO.Compression;
using Sluice.Buffers;

namespace Sluice.Transport.Bodies;

/// <summary>Inflates compressed data in memory into memory that is charged as it grows, up to a limit.</summary>
/// <remarks>That truncated data is refused is a switch of the process, <c>System.IO.Compression.UseStrictValidation</c>, which the build sets.</remarks>
internal static class Inflater
{
    private const int FirstGuessRatio = 4;
    private const int LargestTrustedRatio = 32;

    /// <summary>Inflates all of the source.</summary>
    /// <param name="coding">Its coding.</param>
    /// <param name="source">Holds it; stays the caller's.</param>
    /// <param name="offset">Where it starts.</param>
    /// <param name="length">Its length.</param>
    /// <param name="target">Receives the data; it holds a part of it when the result is not <see cref="BodyStatus.Ok"/>.</param>
    /// <param name="limit">Bytes that may come out.</param>
    public static BodyStatus Inflate(ContentCodings coding, PooledBuffer source, int offset, int length, ChargedBuffer target, int limit)
    {
        if (!target.TryReserve(GuessLength(coding, source.Array.AsSpan(offset, length), limit)))
        {
            return BodyStatus.OverBudget;
        }

        using var compressed = new MemoryStream(source.Array, offset, length, writable: false);
        using Stream inflated = coding == ContentCodings.Gzip
            ? new GZipStream(compressed, CompressionMode.Decompress)
            : new ZLibStream(compressed, CompressionMode.Decompress);
        try
        {
            return Inflate(inflated, target, limit);
        }
        catch (InvalidDataException)
        {
            return BodyStatus.Corrupt;
        }
    }

    private static BodyStatus Inflate(Stream inflated, ChargedBuffer target, int limit)
    {
        Span<byte> probe = stackalloc byte[1];
        while (true)
        {
            var free = target.Free;
            if (free.IsEmpty)
            {
                // Often the guess was exact: one byte tells whether growing is worth it.
                if (inflated.Read(probe) == 0)
                {
                    return BodyStatus.Ok;
                }

                if (target.Length >= limit)
                {
                    return BodyStatus.TooLarge;
                }

                if (!target.TryReserve(1))
                {
                    return BodyStatus.OverBudget;
                }

                target.Append(probe);
                continue;
            }

            var read = inflated.Read(free);
            if (read == 0)
            {
                return BodyStatus.Ok;
            }

            target.Advance(read);
            if (target.Length > limit)
            {
                return BodyStatus.TooLarge;
            }
        }
    }

    /// <summary>
    /// Gzip ends with the inflated length (RFC 1952, ISIZE). A sender can lie there, so it is a guess like any other, bounded by a ratio
    /// that telemetry reaches; what is larger grows.
    /// </summary>
    private static int GuessLength(ContentCodings coding, ReadOnlySpan<byte> compressed, int limit)
    {
        long guess = (long)compressed.Length * FirstGuessRatio;
        if (coding == ContentCodings.Gzip && compressed.Length >= 4)
        {
            var stated = BinaryPrimitives.ReadUInt32LittleEndian(compressed[^4..]);
            if (stated <= (long)compressed.Length * LargestTrustedRatio)
            {
                guess = stated;
            }
        }

        return (int)Math.Clamp(guess, 1, limit);
    }
}
