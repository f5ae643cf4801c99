using System.Text;

namespace Sluice.Configuration;

/// <summary>Makes foreign text safe to show on one line of a terminal.</summary>
internal static class Printable
{
    public static string Shorten(string text, int longest)
    {
        var shown = new StringBuilder(Math.Min(text.Length, longest));
        foreach (var rune in text.EnumerateRunes())
        {
            if (shown.Length >= longest)
            {
                return shown.Append('…').ToString();
            }

            _ = Rune.IsControl(rune) || rune == Rune.ReplacementChar ? shown.Append('\uFFFD') : shown.Append(rune);
        }

        return shown.ToString();
    }
}
