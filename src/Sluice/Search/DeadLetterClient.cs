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
        if (json)
        {
            letters.ForEach(letter => Console.Out.WriteLine(letter.GetRawText()));
        }
        else if (letters.Count > 0)
        {
            PrintTable(letters);
        }

        var total = answer.RootElement.GetProperty("total").GetInt64();
        if (total > letters.Count)
        {
            await Console.Error.WriteLineAsync($"{total - letters.Count} more match; --limit shows them.").ConfigureAwait(false);
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
