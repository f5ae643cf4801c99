using System.CommandLine;
using System.Text.Json;
using Sluice.Scenarios;

string[] onlyNamed = [.. MemoryRun.Names, ScrapeRun.Name, .. TargetRun.Names];
var names = new Argument<string[]>("scenario")
{
    Description = $"What to run, all without it: {string.Join(", ", Scenario.All.Where(scenario => !scenario.Gzip).Select(scenario => scenario.Name))}. Those of OTLP are followed by their compressed form, NAME-gzip, which may also be named alone. Only when named: {string.Join(", ", onlyNamed)}.",
    Arity = ArgumentArity.ZeroOrMore,
};
var json = new Option<bool>("--json") { Description = "Print one JSON object for each scenario, one a line." };
var rounds = new Option<int>("--rounds") { Description = "How often the floor and Sluice take turns.", DefaultValueFactory = _ => 5 };
var seconds = new Option<int>("--seconds") { Description = "How long each is loaded in a round.", DefaultValueFactory = _ => 5 };
var directory = new Option<string?>("--dir") { Description = "A directory on the disk to measure, with some 10 GiB to spare; artifacts/benchmarks without it.", HelpName = "DIR" };
var root = new Option<string>("--root") { Required = true, Hidden = true };
rounds.Validators.Add(result => AtLeast1(result, rounds));
seconds.Validators.Add(result => AtLeast1(result, seconds));
names.Validators.Add(result =>
{
    foreach (var token in result.Tokens.Where(token => !Scenario.Find(token.Value).Any() && !onlyNamed.Contains(token.Value)))
    {
        result.AddError($"There is no scenario '{token.Value}'. There are: {string.Join(", ", Scenario.All.Select(scenario => scenario.Name).Concat(onlyNamed))}.");
    }
});

var command = new RootCommand("Measures what Sluice costs on one core, as a multiple of the least that a server must do.") { names, json, rounds, seconds, directory, root };
command.SetAction(async (result, cancellationToken) =>
{
    var given = result.GetValue(names) ?? [];
    var settings = new Settings
    {
        Scenarios = given.Length == 0 ? Scenario.All : [.. given.SelectMany(Scenario.Find).Distinct()],
        MemoryScenarios = [.. given.Where(MemoryRun.Names.Contains).Distinct()],
        Scrapes = given.Contains(ScrapeRun.Name),
        Targets = [.. given.SelectMany(TargetRun.Find).Distinct()],
        Rounds = result.GetValue(rounds),
        Length = TimeSpan.FromSeconds(result.GetValue(seconds)),
        Directory = Path.GetFullPath(result.GetValue(directory) ?? Path.Combine(result.GetRequiredValue(root), "artifacts", "benchmarks")),
        Root = Path.GetFullPath(result.GetRequiredValue(root)),
        Json = result.GetValue(json),
    };
    return await RunAsync(settings, cancellationToken).ConfigureAwait(false);
});

// What is interrupted ends its processes and removes its files, of which there are gigabytes.
var invocation = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) };
return await command.Parse(args).InvokeAsync(invocation).ConfigureAwait(false);

static async Task<int> RunAsync(Settings settings, CancellationToken cancellationToken)
{
    var machine = Machine.Find();
    Directory.CreateDirectory(settings.Directory);
    var format = new DriveInfo(settings.Directory).DriveFormat;
    Say(Machine.Description);
    Say(machine.Note);
    Say($"{Settings.Connections} connections, closed loop; {settings.Rounds} rounds of {settings.Length.TotalSeconds} s; {settings.Directory} on {format}");
    if (format is "tmpfs" or "ramfs")
    {
        Say($"{settings.Directory} is in memory, where a flush costs nothing: give a directory on a disk with --dir");
    }

    var complete = true;
    foreach (var scenario in settings.Scenarios)
    {
        complete &= await TryAsync(scenario.Name, async () =>
        {
            var result = await new ScenarioRun(settings, scenario, machine, Say).RunAsync(cancellationToken).ConfigureAwait(false);
            Console.WriteLine(settings.Json ? JsonSerializer.Serialize(result, ResultJson.Default.ScenarioResult) : ResultText.Of(result));
            return result.Missing == 0;
        }).ConfigureAwait(false);
    }

    foreach (var name in settings.MemoryScenarios)
    {
        complete &= await TryAsync(name, async () =>
        {
            var result = await new MemoryRun(settings, machine, Say).RunAsync(name, cancellationToken).ConfigureAwait(false);
            Console.WriteLine(settings.Json ? JsonSerializer.Serialize(result, ResultJson.Default.MemoryResult) : ResultText.Of(result));
            return true;
        }).ConfigureAwait(false);
    }

    if (settings.Scrapes)
    {
        complete &= await TryAsync(ScrapeRun.Name, async () =>
        {
            var result = await new ScrapeRun(settings, machine, Say).RunAsync(cancellationToken).ConfigureAwait(false);
            Console.WriteLine(settings.Json ? JsonSerializer.Serialize(result, ResultJson.Default.ScrapeResult) : ResultText.Of(result));
            return true;
        }).ConfigureAwait(false);
    }

    foreach (var name in settings.Targets)
    {
        complete &= await TryAsync(name, async () =>
        {
            var result = await new TargetRun(settings, machine, Say).RunAsync(name, cancellationToken).ConfigureAwait(false);
            Console.WriteLine(settings.Json ? JsonSerializer.Serialize(result, ResultJson.Default.TargetResult) : ResultText.Of(result));
            return true;
        }).ConfigureAwait(false);
    }

    return complete ? 0 : 1;
}

static async Task<bool> TryAsync(string name, Func<Task<bool>> run)
{
    try
    {
        return await run().ConfigureAwait(false);
    }
    catch (BenchmarkException exception)
    {
        Say($"{name}: {exception.Message}");
        return false;
    }
    catch (OperationCanceledException)
    {
        Say($"{name}: interrupted");
        throw;
    }
}

static void Say(string text) => Console.Error.WriteLine(text);

static void AtLeast1(System.CommandLine.Parsing.OptionResult result, Option<int> option)
{
    if (result.GetValue(option) < 1)
    {
        result.AddError($"{option.Name} is at least 1.");
    }
}
