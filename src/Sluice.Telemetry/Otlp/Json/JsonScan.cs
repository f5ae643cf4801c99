using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Sluice.Telemetry.Otlp.Json;

/// <summary>Finds where things end in a JSON text.</summary>
internal static class JsonScan
{
    private const byte LastControl = 0x1F;

    /// <summary>The first place from <paramref name="at"/> on with a quote, a backslash or a control character; the length of the text when there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int EndOfPlainText(ReadOnlySpan<byte> json, int at)
    {
        for (; at <= json.Length - Vector128<byte>.Count; at += Vector128<byte>.Count)
        {
            var bytes = Vector128.Create(json.Slice(at, Vector128<byte>.Count));
            var ends = Vector128.Equals(bytes, Vector128.Create((byte)'"')) | Vector128.Equals(bytes, Vector128.Create((byte)'\\'))
                | Vector128.Equals(Vector128.Min(bytes, Vector128.Create(LastControl)), bytes);
            if (ends != Vector128<byte>.Zero)
            {
                return at + BitOperations.TrailingZeroCount(ends.ExtractMostSignificantBits());
            }
        }

        while (at < json.Length && json[at] is not ((byte)'"' or (byte)'\\' or <= LastControl))
        {
            at++;
        }

        return at;
    }

    /// <summary>The first place from <paramref name="at"/> on that is not white space (RFC 8259, 2); the length of the text when there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SkipSpace(ReadOnlySpan<byte> json, int at)
    {
        while (at < json.Length && json[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            at++;
        }

        return at;
    }
}
