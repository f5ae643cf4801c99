using System.CommandLine;
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
            DefaultValueFactory = _ => 5,
        };
        rate.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (> 0 and <= 1000))
            {
                result.AddError("--rate takes a number of orders a second above 0, up to 1000.");
            }
        });
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
}
