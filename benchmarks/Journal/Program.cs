using Sluice.Journal.Benchmarks;

if (Settings.TryParse(args, out var error) is not { } settings)
{
    Console.Error.WriteLine(error);
    return 2;
}

if (settings.Scenario == FillingProcess.Scenario)
{
    await FillingProcess.RunAsync(settings);
    return 0;
}

Machine.Describe(settings.Directory);
foreach (var scenario in Settings.Scenarios.Where(each => settings.Scenario is Settings.All || settings.Scenario == each.Name))
{
    Console.WriteLine();
    Console.WriteLine($"## {scenario.Name}");
    await scenario.RunAsync(settings);
}

return 0;
