using System.Text;

namespace Sluice.Inspection;

/// <summary>Lines of columns, as wide as they must be. A column whose name begins with <c>&gt;</c> is flush right.</summary>
internal sealed class TextTable(params string[] columns)
{
    private readonly List<string[]> _rows = [[.. columns.Select(column => column.TrimStart('>'))]];

    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>Appends all lines, each with an indent of two and a line break.</summary>
    public void AppendTo(StringBuilder output)
    {
        var widths = columns.Select((_, i) => _rows.Max(row => row[i].Length)).ToArray();
        foreach (var row in _rows)
        {
            var line = new StringBuilder(" ");
            for (var i = 0; i < row.Length; i++)
            {
                line.Append(i == 0 ? " " : "  ").Append(columns[i].StartsWith('>') ? row[i].PadLeft(widths[i]) : row[i].PadRight(widths[i]));
            }

            output.Append(line.ToString().TrimEnd()).Append('\n');
        }
    }
}
