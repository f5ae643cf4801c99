using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Sluice.Store;

namespace Sluice.Api.Parameters;

/// <summary>What <c>next</c> holds: the search it belongs to, the range of time that the first page had, and two positions.</summary>
/// <param name="Fingerprint">Of the other parameters.</param>
/// <param name="Range">The range, with relative times as they were at the first page.</param>
/// <param name="Top">Where the first page began.</param>
/// <param name="Last">Where the page before ended.</param>
internal sealed record PageCursor(uint Fingerprint, TimeRange Range, StorePosition Top, StorePosition Last)
{
    private const string Version = "1";

    /// <summary>Reads the text form.</summary>
    public static bool TryParse(string text, out PageCursor cursor)
    {
        cursor = null!;
        if (!Base64Url.IsValid(text))
        {
            return false;
        }

        var parts = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(text)).Split(',');
        var numbers = new long[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!long.TryParse(parts[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out numbers[i]))
            {
                return false;
            }
        }

        if (parts.Length != 8 || parts[0] != Version)
        {
            return false;
        }

        cursor = new PageCursor(
            (uint)numbers[1],
            new TimeRange(numbers[2], numbers[3]),
            new StorePosition(numbers[4], numbers[5]),
            new StorePosition(numbers[6], numbers[7]));
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"{Version},{Fingerprint},{Range.From},{Range.To},{Top.File},{Top.Row},{Last.File},{Last.Row}")));
}
