using System.CommandLine;
using Sluice.Hosting;

namespace Sluice.Commands;

/// <summary><c>sluice validate</c>: checks a configuration without starting anything.</summary>
internal static class ValidateCommand
{
    public static Command Create()
    {
        var arguments = new ConfigurationArguments();
        var strict = new Option<bool>("--strict") { Description = "Warnings are errors too: keys without effect, components that are not used." };
        var command = new Command("validate", "Checks a configuration and reports every error with its place and remedy.") { strict };
        arguments.AddTo(command);
        command.SetAction(result =>
        {
            if (ModelLoader.Load(arguments.Load(result), Console.Error, result.GetValue(strict)) is not { } model)
            {
                return ExitCodes.Failure;
            }

            Console.Out.WriteLine($"The configuration is valid: {Count(model.Pipelines.Count, "pipeline")}, {Count(model.Components.Count, "component")}.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
