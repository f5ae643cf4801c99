using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Sluice.Buffers;

namespace Sluice.Telemetry.Otlp.Json;

/// <summary>
/// Transcodes an OTLP-JSON export request (OTLP specification, "JSON Protobuf Encoding"; otherwise ProtoJSON) to its protobuf encoding,
/// which the indexer reads like any other. No object is made of it.
/// </summary>
/// <remarks>
/// Taken: lower-camel and original field names; ids as hexadecimal text of either case; other bytes as base64 of either alphabet, padded or
/// not; integers and doubles as numbers or strings; enumerations as numbers or names; <c>null</c> as absent. Unknown fields are ignored.
/// Refused: a field or the members of a <c>oneof</c> given twice, and <c>null</c> in an array. Ids of a wrong length and values nested
/// deeper than the indexer's limit (up to <see cref="MaximumDepth"/>) pass, for it to refuse that record alone.
/// </remarks>
public static class OtlpJsonReader
{
    /// <summary>Objects and arrays within one another; a level of an attribute's value takes four.</summary>
    public const int MaximumDepth = 512;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaximumDepth };

    /// <summary>Appends the protobuf encoding of <paramref name="json"/> to <paramref name="output"/>.</summary>
    /// <param name="signal">Which request it is.</param>
    /// <param name="json">The whole text, UTF-8.</param>
    /// <param name="output">Where it is appended; as before when refused.</param>
    /// <param name="maximumLength">Bytes that the encoding may take. It may be longer than the text: <c>0,</c> in a list can take eight.</param>
    /// <param name="error">Why it was refused.</param>
    /// <returns>False when refused.</returns>
    public static bool TryRead(
        Signal signal,
        ReadOnlySpan<byte> json,
        PooledBufferWriter output,
        int maximumLength,
        [NotNullWhen(false)] out OtlpJsonError? error)
    {
        var start = output.Length;
        var transcoder = new OtlpJsonTranscoder(json, Options, output, maximumLength);
        string problem;
        long offset;
        try
        {
            if (transcoder.TryTranscode(OtlpSchema.Request(signal)))
            {
                error = null;
                return true;
            }

            (problem, offset) = (transcoder.Problem!, transcoder.ProblemOffset);
        }
        catch (JsonException exception)
        {
            (problem, offset) = (Describe(exception), OffsetOf(exception, json));
        }

        output.Truncate(start);
        error = new OtlpJsonError(JsonPathFinder.Find(json, offset, Options), offset, problem);
        return false;
    }

    internal static string Describe(JsonException exception)
    {
        // The position that the library appends counts lines, of which a request has one; ours follows instead.
        var message = exception.Message;
        var position = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return "not valid JSON: " + (position < 0 ? message : message[..position]).TrimEnd('.');
    }

    internal static long OffsetOf(JsonException exception, ReadOnlySpan<byte> json)
    {
        var lineStart = 0;
        for (var line = exception.LineNumber ?? 0; line > 0; line--)
        {
            lineStart += json[lineStart..].IndexOf((byte)'\n') + 1;
        }

        return lineStart + (exception.BytePositionInLine ?? 0);
    }
}
