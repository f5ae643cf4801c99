using System.Globalization;

namespace Sluice.Api.Parameters;

/// <summary>Severities by the names of OpenTelemetry's logs data model, or by number.</summary>
internal static class SeverityParameter
{
    public const string Expected = "TRACE, DEBUG, INFO, WARN, ERROR or FATAL, with 2, 3 or 4 behind it for the finer steps, or a number from 1 to 24";

    private const int StepsPerName = 4;

    private static readonly string[] Names = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];

    /// <summary>Reads a severity as a number.</summary>
    public static bool TryParse(string text, out int number)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number))
        {
            return number is >= 1 and <= 24;
        }

        for (var i = 0; i < Names.Length; i++)
        {
            if (text.StartsWith(Names[i], StringComparison.OrdinalIgnoreCase))
            {
                number = (i * StepsPerName) + 1;
                return text[Names[i].Length..] switch
                {
                    "" => true,
                    "2" or "3" or "4" => (number += text[^1] - '1') > 0,
                    _ => false,
                };
            }
        }

        return false;
    }

    /// <summary>The name of a severity number's range.</summary>
    public static string NameOf(int number) => number is >= 1 and <= 24 ? Names[(number - 1) / StepsPerName] : "UNSPECIFIED";
}
