using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Sluice.Load.Exposing;

namespace Sluice.Load.Commands;

/// <summary><c>sluice-load target</c>.</summary>
internal static class TargetCommand
{
    private const int DefaultSamples = 100_000;

    public static Command Create()
    {
        var http = EndpointOption.Create("--http", "Where /metrics is scraped; GET /counts there says how often it was.");
        var samples = new Option<int>("--samples") { Description = "Samples in an answer.", DefaultValueFactory = _ => DefaultSamples };
        var gzip = new Option<bool>("--gzip") { Description = "Compress answers." };
        var readyFile = new Option<string?>("--ready-file") { Description = "Writes a JSON object with the address into this file when it listens.", HelpName = "PATH" };
        samples.Validators.Add(result =>
        {
            var given = result.GetValue(samples);
            if (given < 1 || given % ExpositionPage.SamplesPerRoute != 0)
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{samples.Name} is a multiple of {ExpositionPage.SamplesPerRoute}, such as {DefaultSamples}, not {given}."));
            }
        });
        var command = new Command("target", "Exposes metrics to scrapers of Prometheus until SIGINT or SIGTERM, and prints how often it was scraped.") { http, samples, gzip, readyFile };
        command.SetAction(async (result, cancellationToken) =>
        {
            var target = await TargetServer.StartAsync(result.GetRequiredValue(http), result.GetValue(samples), result.GetValue(gzip), cancellationToken).ConfigureAwait(false);
            await using (target.ConfigureAwait(false))
            {
                await ReadyFile.WriteAsync(result.GetValue(readyFile), $$"""{"http":"{{target.Address}}"}""", cancellationToken).ConfigureAwait(false);
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                Console.WriteLine(JsonSerializer.Serialize(target.Report, ReportJson.Default.TargetReport));
            }
        });
        return command;
    }
}
