using System.CommandLine;
using Sluice.Configuration;
using Sluice.Hosting;

namespace Sluice.Commands;

/// <summary><c>sluice print-config</c>: the configuration after merging and substitution, secrets redacted.</summary>
internal static class PrintConfigCommand
{
    public static Command Create()
    {
        var arguments = new ConfigurationArguments();
        var command = new Command("print-config", "Prints the configuration after merging and substitution, with secrets redacted.");
        arguments.AddTo(command);
        command.SetAction(result =>
        {
            var loaded = arguments.Load(result);
            if (loaded.Diagnostics.Items.Count > 0)
            {
                Console.Error.WriteLine(DiagnosticFormatter.Format(loaded.Diagnostics).TrimEnd());
            }

            if (loaded.Diagnostics.HasErrors)
            {
                return ExitCodes.Failure;
            }

            Console.Out.Write(ConfigPrinter.Print(loaded.Root, ConfigurationSecrets.Find(loaded.Root)));
            return ExitCodes.Success;
        });
        return command;
    }
}
