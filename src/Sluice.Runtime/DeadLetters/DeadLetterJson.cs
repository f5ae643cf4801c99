using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Sluice.Journal;
using Sluice.Telemetry;

namespace Sluice.Runtime.DeadLetters;

/// <summary>
/// The lines of the files, each one JSON object: a dead letter, the keys of some that were replayed, which stands behind theirs, or a note.
/// </summary>
internal static class DeadLetterJson
{
    /// <summary>How a line with keys begins, so that the others need not be parsed to look for them.</summary>
    private const string ReplayedPrefix = "{\"replayed\":";

    /// <summary>How a note begins.</summary>
    private const string NotePrefix = "{\"note\":";

    private static readonly JsonWriterOptions Plain = new() { SkipValidation = true };

    /// <summary>Appends a line.</summary>
    public static void Write(DeadLetter letter, IBufferWriter<byte> output)
    {
        using (var json = new Utf8JsonWriter(output, Plain))
        {
            json.WriteStartObject();
            json.WriteString("time"u8, letter.Time.ToString("O", CultureInfo.InvariantCulture));
            json.WriteString("component"u8, letter.Component);
            json.WriteString("pipeline"u8, letter.Pipeline);
            json.WriteString("signal"u8, SignalName(letter.Signal));
            json.WriteString("id"u8, letter.Id.ToString());
            json.WriteNumber("received_unix_nano"u8, letter.ReceivedUnixNano);
            json.WriteString("reason"u8, letter.Reason);
            json.WriteNumber("attempts"u8, letter.Attempts);
            if (!letter.Context.IsEmpty)
            {
                json.WriteBase64String("context"u8, letter.Context.Span);
            }

            json.WriteBase64String("request"u8, letter.Request.Span);
            json.WriteEndObject();
        }

        EndLine(output);
    }

    /// <summary>Appends a line that says what was replayed.</summary>
    public static void WriteReplayed(IEnumerable<string> keys, string replay, DateTimeOffset time, IBufferWriter<byte> output)
    {
        using (var json = new Utf8JsonWriter(output, Plain))
        {
            json.WriteStartObject();
            json.WriteStartArray("replayed"u8);
            foreach (var key in keys)
            {
                json.WriteStringValue(key);
            }

            json.WriteEndArray();
            json.WriteString("replay"u8, replay);
            json.WriteString("time"u8, time.ToString("O", CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }

        EndLine(output);
    }

    /// <summary>Appends a note.</summary>
    public static void WriteNote(DeadLetterNote note, IBufferWriter<byte> output)
    {
        using (var json = new Utf8JsonWriter(output, Plain))
        {
            json.WriteStartObject();
            json.WriteString("note"u8, "rejected"u8);
            json.WriteString("time"u8, note.Time.ToString("O", CultureInfo.InvariantCulture));
            json.WriteString("component"u8, note.Component);
            json.WriteStartArray("pipelines"u8);
            foreach (var pipeline in note.Pipelines)
            {
                json.WriteStringValue(pipeline);
            }

            json.WriteEndArray();
            json.WriteString("signal"u8, SignalName(note.Signal));
            json.WriteString("first_id"u8, note.First.ToString());
            json.WriteString("last_id"u8, note.Last.ToString());
            json.WriteNumber("rejected"u8, note.Rejected);
            json.WriteNumber("records"u8, note.Records);
            json.WriteString("reason"u8, note.Reason);
            json.WriteEndObject();
        }

        EndLine(output);
    }

    /// <summary>Whether a line is a note.</summary>
    public static bool IsNote(string line) => line.StartsWith(NotePrefix, StringComparison.Ordinal);

    /// <summary>Reads a note.</summary>
    /// <returns>False when the line is none.</returns>
    public static bool TryReadNote(string line, [NotNullWhen(true)] out DeadLetterNote? note)
    {
        note = null;
        if (!IsNote(line))
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            if (RecordId.TryParse(root.GetProperty("first_id"u8).GetString(), out var first)
                && RecordId.TryParse(root.GetProperty("last_id"u8).GetString(), out var last)
                && TryReadSignal(root.GetProperty("signal"u8).GetString(), out var signal))
            {
                note = new DeadLetterNote
                {
                    Time = root.GetProperty("time"u8).GetDateTimeOffset(),
                    Component = root.GetProperty("component"u8).GetString() ?? "",
                    Pipelines = [.. root.GetProperty("pipelines"u8).EnumerateArray().Select(pipeline => pipeline.GetString() ?? "")],
                    Signal = signal,
                    First = first,
                    Last = last,
                    Rejected = root.GetProperty("rejected"u8).GetInt32(),
                    Records = root.GetProperty("records"u8).GetInt32(),
                    Reason = root.GetProperty("reason"u8).GetString() ?? "",
                };
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return false;
        }

        return note is not null;
    }

    /// <summary>Reads a line that says what was replayed.</summary>
    /// <param name="line">The line.</param>
    /// <param name="keys">Gets the keys; null only to ask.</param>
    /// <returns>False when it is none.</returns>
    public static bool TryReadReplayed(string line, HashSet<string>? keys)
    {
        if (!line.StartsWith(ReplayedPrefix, StringComparison.Ordinal))
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(line);
            foreach (var key in document.RootElement.GetProperty("replayed"u8).EnumerateArray())
            {
                keys?.Add(key.GetString() ?? "");
            }

            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Reads a line.</summary>
    /// <returns>False when it is not one.</returns>
    public static bool TryRead(string line, [NotNullWhen(true)] out DeadLetter? letter)
    {
        letter = null;
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            if (RecordId.TryParse(root.GetProperty("id"u8).GetString(), out var id)
                && TryReadSignal(root.GetProperty("signal"u8).GetString(), out var signal))
            {
                letter = new DeadLetter
                {
                    Time = root.GetProperty("time"u8).GetDateTimeOffset(),
                    Component = root.GetProperty("component"u8).GetString() ?? "",
                    Pipeline = root.GetProperty("pipeline"u8).GetString() ?? "",
                    Signal = signal,
                    Id = id,
                    ReceivedUnixNano = root.GetProperty("received_unix_nano"u8).GetInt64(),
                    Reason = root.GetProperty("reason"u8).GetString() ?? "",
                    Attempts = root.GetProperty("attempts"u8).GetInt32(),
                    Context = root.TryGetProperty("context"u8, out var context) ? context.GetBytesFromBase64() : [],
                    Request = root.GetProperty("request"u8).GetBytesFromBase64(),
                };
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return false;
        }

        return letter is not null;
    }

    private static void EndLine(IBufferWriter<byte> output)
    {
        output.GetSpan(1)[0] = (byte)'\n';
        output.Advance(1);
    }

    private static string SignalName(Signal signal) => signal switch
    {
        Signal.Traces => "traces",
        Signal.Metrics => "metrics",
        _ => "logs",
    };

    private static bool TryReadSignal(string? name, out Signal signal)
    {
        (signal, var known) = name switch
        {
            "logs" => (Signal.Logs, true),
            "traces" => (Signal.Traces, true),
            "metrics" => (Signal.Metrics, true),
            _ => (default, false),
        };
        return known;
    }
}
