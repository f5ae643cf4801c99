using System.Globalization;

namespace Sluice.Journal.Benchmarks;

/// <summary>What was asked for on the command line.</summary>
internal sealed record Settings
{
    /// <summary>Names all scenarios together.</summary>
    public const string All = "all";

    public static IReadOnlyList<(string Name, Func<Settings, Task> RunAsync)> Scenarios { get; } =
    [
        ("append", AppendScenario.RunAsync),
        ("cpu", CpuScenario.RunAsync),
        ("latency", LatencyScenario.RunAsync),
        ("read", ReadScenario.RunAsync),
        ("open", OpenScenario.RunAsync),
        ("tables", TablesScenario.RunAsync),
    ];

    /// <summary>One of <see cref="Scenarios"/>, <see cref="All"/> or what <see cref="FillingProcess"/> is started with.</summary>
    public required string Scenario { get; init; }

    /// <summary>Where the journals are made: what is measured is the disk that this is on.</summary>
    public required string Directory { get; init; }

    /// <summary>Seconds for each figure.</summary>
    public int Seconds { get; init; } = 5;

    /// <summary>Rounds that so many seconds make.</summary>
    public int Rounds => (int)(Seconds / Benchmarks.Rounds.Length.TotalSeconds);

    /// <summary>Bytes in the journal that is opened.</summary>
    public long OpenBytes { get; init; } = 10L << 30;

    private static string Usage =>
        $"""
        usage: dotnet run -c Release --project benchmarks/Journal -- <{string.Join('|', Scenarios.Select(each => each.Name))}|{All}> --dir DIR [--seconds N] [--gib N]

          --dir DIR      an existing directory on the disk to measure; "open" needs room for twice its journal there
          --seconds N    seconds for each figure of "append", "cpu" and "latency", rounds of 2 GiB for "read"; default 5
          --gib N        GiB in the journal that "open" opens; default 10
        """;

    /// <summary>Reads a command line.</summary>
    /// <returns>Null when it is not right; then <paramref name="error"/> says what is.</returns>
    public static Settings? TryParse(string[] args, out string error)
    {
        error = Usage;
        if (args.Length == 0)
        {
            return null;
        }

        var settings = new Settings { Scenario = args[0], Directory = "" };
        for (var i = 1; i + 1 < args.Length; i += 2)
        {
            if (args[i] == "--dir")
            {
                settings = settings with { Directory = Path.GetFullPath(args[i + 1]) };
                continue;
            }

            if (!int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1)
            {
                error = $"{args[i]}: '{args[i + 1]}' is not a whole number above 0.\n\n{Usage}";
                return null;
            }

            switch (args[i])
            {
                case "--seconds":
                    settings = settings with { Seconds = number };
                    break;
                case "--gib":
                    settings = settings with { OpenBytes = (long)number << 30 };
                    break;
                default:
                    error = $"There is no option '{args[i]}'.\n\n{Usage}";
                    return null;
            }
        }

        if (args.Length % 2 == 0)
        {
            error = $"'{args[^1]}' lacks its value, or its name.\n\n{Usage}";
            return null;
        }

        if (settings.Scenario is not (All or FillingProcess.Scenario) && Scenarios.All(each => each.Name != settings.Scenario))
        {
            error = $"There is no scenario '{settings.Scenario}'.\n\n{Usage}";
            return null;
        }

        if (!System.IO.Directory.Exists(settings.Directory))
        {
            error = $"--dir must name an existing directory, not '{settings.Directory}'.\n\n{Usage}";
            return null;
        }

        return settings;
    }
}
