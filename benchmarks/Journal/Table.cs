using System.Globalization;

namespace Sluice.Journal.Benchmarks;

/// <summary>Prints figures in columns, as a table that Markdown takes.</summary>
internal sealed class Table(params string[] headers)
{
    private readonly List<string[]> _rows = [headers];

    public void Add(params FormattableString[] cells) => _rows.Add([.. cells.Select(cell => cell.ToString(CultureInfo.InvariantCulture))]);

    public void Print()
    {
        var widths = headers.Select((_, column) => _rows.Max(row => row[column].Length)).ToArray();
        Console.WriteLine();
        PrintRow(headers);
        PrintRow([.. widths.Select((width, column) => column == 0 ? new string('-', width) : new string('-', width - 1) + ':')]);
        foreach (var row in _rows.Skip(1))
        {
            PrintRow(row);
        }

        void PrintRow(string[] cells) => Console.WriteLine(
            "| " + string.Join(" | ", cells.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))) + " |");
    }
}
