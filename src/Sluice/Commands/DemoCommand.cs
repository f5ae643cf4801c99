using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Sluice.Demo;
using Sluice.Hosting;

namespace Sluice.Commands;

/// <summary><c>sluice demo</c>: the configuration, and a small simulated shop that sends to it through the OpenTelemetry SDK.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var arguments = new ConfigurationArguments();
        var readyFile = RunCommand.ReadyFileOption();
        var rate = new Option<double>("--rate")
        {
            Description = "Orders a second that the shop makes up.",
            HelpName = "N",
            DefaultValueFactory = _ => 5,
            CustomParser = ParseRate,
        };
        var command = new Command("demo", "Runs Sluice with a simulated shop that sends traces, logs and metrics to it.") { readyFile, rate };
        arguments.AddTo(command);
        command.SetAction(async (result, _) =>
        {
            var model = ModelLoader.Load(arguments.Load(result), Console.Error);
            if (model is null)
            {
                return ExitCodes.Failure;
            }

            var runner = new InstanceRunner(model, arguments.DataDirectory(result), result.GetValue(readyFile));
            return await runner.RunAsync((endpoints, stop) => DemoShop.RunAsync(endpoints, result.GetValue(rate), stop)).ConfigureAwait(false);
        });
        return command;
    }

    private static double ParseRate(ArgumentResult result)
    {
        var written = result.Tokens[0].Value;
        if (double.TryParse(written, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var rate) && rate is >= 0.01 and <= 1000)
        {
            return rate;
        }

        result.AddError($"--rate takes a number of orders a second from 0.01 to 1000, not \"{written}\".");
        return 0;
    }
}
