using System.CommandLine;
using System.Text.Json;
using Sluice.Load.Receiving;

namespace Sluice.Load.Commands;

/// <summary><c>sluice-load sink</c>.</summary>
internal static class SinkCommand
{
    public static Command Create()
    {
        var http = EndpointOption.Create("--http", "Where OTLP over HTTP and the bulk API of Elasticsearch are taken; GET /counts there says what came so far.");
        var grpc = EndpointOption.Create("--grpc", "Where OTLP over gRPC is taken.");
        var readyFile = new Option<string?>("--ready-file") { Description = "Writes a JSON object with both addresses into this file when they listen.", HelpName = "PATH" };
        var ids = new Option<string?>("--ids") { Description = "A directory that the ids of each run are written into at the end.", HelpName = "DIR" };
        var stall = new Option<bool>("--stall") { Description = "Answer no request: read each, and keep its sender waiting." };
        var command = new Command("sink", "Takes everything until SIGINT or SIGTERM, and prints how many distinct and doubled records came.") { http, grpc, readyFile, ids, stall };
        command.SetAction(async (result, cancellationToken) =>
        {
            var sink = await SinkServer.StartAsync(result.GetRequiredValue(http), result.GetRequiredValue(grpc), result.GetValue(stall), cancellationToken).ConfigureAwait(false);
            await using (sink.ConfigureAwait(false))
            {
                await ReadyFile.WriteAsync(result.GetValue(readyFile), $$"""{"http":"{{sink.Http}}","grpc":"{{sink.Grpc}}"}""", cancellationToken).ConfigureAwait(false);
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (result.GetValue(ids) is { } directory)
                {
                    sink.Records.Save(directory);
                }

                Console.WriteLine(JsonSerializer.Serialize(sink.Report, ReportJson.Default.SinkReport));
            }
        });
        return command;
    }
}
