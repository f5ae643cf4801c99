using System.CommandLine;
using System.Text.Json;
using Sluice.Load.Ids;

namespace Sluice.Load.Commands;

/// <summary><c>sluice-load compare</c>.</summary>
internal static class CompareCommand
{
    public static Command Create()
    {
        var acknowledged = Files("--acknowledged", "What send --ids wrote, one file for each run.");
        var received = Files("--received", "What sink --ids or count --ids wrote.");
        var command = new Command("compare", "Says which acknowledged records are missing, and fails if any are.") { acknowledged, received };
        command.SetAction(result =>
        {
            var comparison = Comparison.Of(result.GetRequiredValue(acknowledged).Select(IdSet.Load), result.GetRequiredValue(received).Select(IdSet.Load));
            Console.WriteLine(JsonSerializer.Serialize(comparison, ReportJson.Default.Comparison));
            return comparison.Missing == 0 ? 0 : 1;
        });
        return command;
    }

    private static Option<string[]> Files(string name, string description) =>
        new(name) { Description = description, HelpName = "PATH", Required = true, Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = true };
}
