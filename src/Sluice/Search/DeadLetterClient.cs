using System.Text.Json;

namespace Sluice.Search;

/// <summary>Asks the API for dead letters and prints them.</summary>
internal static class DeadLetterClient
{
    private static readonly string[] Columns = ["id", "time", "component", "pipeline", "signal", "attempts", "reason"];

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Prints a table, or one JSON object per line.</summary>
    public static async Task ListAsync(
        ApiConnection connection, IEnumerable<KeyValuePair<string, string>> filter, bool json, CancellationToken cancellationToken)
    {
        using var answer = await connection.GetAsync($"dead-letters?{ApiConnection.Query(filter)}", cancellationToken).ConfigureAwait(false);
        var letters = answer.RootElement.GetProperty("dead_letters").EnumerateArray().ToList();
        var notes = answer.RootElement.GetProperty("notes").EnumerateArray().ToList();
        if (json)
        {
            letters.Concat(notes).ToList().ForEach(line => Console.Out.WriteLine(line.GetRawText()));
        }
        else
        {
            Print(letters, notes);
        }

        var total = answer.RootElement.GetProperty("total").GetInt64();
        var more = total - letters.Count + answer.RootElement.GetProperty("total_notes").GetInt64() - notes.Count;
        if (more > 0)
        {
            await Console.Error.WriteLineAsync($"{more} more match; --limit shows them.").ConfigureAwait(false);
        }

        if (answer.RootElement.GetProperty("unreadable").GetInt64() is > 0 and var unreadable)
        {
            await Console.Error.WriteLineAsync($"warning: {unreadable} lines of the files are damaged.").ConfigureAwait(false);
        }
    }

    /// <summary>Prints one with its record.</summary>
    public static async Task ShowAsync(ApiConnection connection, string id, bool json, CancellationToken cancellationToken)
    {
        using var letter = await connection.GetAsync($"dead-letters/{Uri.EscapeDataString(id)}", cancellationToken).ConfigureAwait(false);
        if (json)
        {
            Console.Out.WriteLine(letter.RootElement.GetRawText());
            return;
        }

        foreach (var member in letter.RootElement.EnumerateObject().Where(member => member.Name is not ("record" or "request")))
        {
            Console.Out.WriteLine($"{member.Name,-10} {Plain(member.Value)}");
        }

        Console.Out.WriteLine("record");
        Console.Out.WriteLine(JsonSerializer.Serialize(letter.RootElement.GetProperty("record"), Indented));
    }

    private static void Print(List<JsonElement> letters, List<JsonElement> notes)
    {
        if (letters.Count > 0)
        {
            PrintTable(letters);
        }

        foreach (var note in notes)
        {
            // Which they are nobody knows, so that there is nothing to show or replay.
            Console.Out.WriteLine(
                $"{Plain(note.GetProperty("time"))}  {Plain(note.GetProperty("component"))} refused {Plain(note.GetProperty("rejected"))} of {Plain(note.GetProperty("records"))} {Plain(note.GetProperty("signal"))} without saying which: {Plain(note.GetProperty("reason"))}");
        }
    }

    private static void PrintTable(List<JsonElement> letters)
    {
        var rows = letters.ConvertAll(letter => Array.ConvertAll(Columns, column => Plain(letter.GetProperty(column))));
        rows.Insert(0, Array.ConvertAll(Columns, column => column.ToUpperInvariant()));
        var widths = Enumerable.Range(0, Columns.Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            Console.Out.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }
    }

    private static string Plain(JsonElement value) => PlainText.Of(value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText());
}
