using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using System.Text.Json;
using Sluice.Load.Receiving;

namespace Sluice.Load.Commands;

/// <summary><c>sluice-load sink</c>.</summary>
internal static class SinkCommand
{
    public static Command Create()
    {
        var http = Endpoint("--http", "Where OTLP over HTTP and the bulk API of Elasticsearch are taken; GET /counts there says what came so far.");
        var grpc = Endpoint("--grpc", "Where OTLP over gRPC is taken.");
        var readyFile = new Option<string?>("--ready-file") { Description = "Writes a JSON object with both addresses into this file when they listen.", HelpName = "PATH" };
        var ids = new Option<string?>("--ids") { Description = "A directory that the ids of each run are written into at the end.", HelpName = "DIR" };
        var stall = new Option<bool>("--stall") { Description = "Answer no request: read each, and keep its sender waiting." };
        var command = new Command("sink", "Takes everything until SIGINT or SIGTERM, and prints how many distinct and doubled records came.") { http, grpc, readyFile, ids, stall };
        command.SetAction(async (result, cancellationToken) =>
        {
            var sink = await SinkServer.StartAsync(result.GetRequiredValue(http), result.GetRequiredValue(grpc), result.GetValue(stall), cancellationToken).ConfigureAwait(false);
            await using (sink.ConfigureAwait(false))
            {
                if (result.GetValue(readyFile) is { } path)
                {
                    // Renamed into place: whoever sees the file sees all of it.
                    await File.WriteAllTextAsync(path + ".new", $$"""{"http":"{{sink.Http}}","grpc":"{{sink.Grpc}}"}""", cancellationToken).ConfigureAwait(false);
                    File.Move(path + ".new", path, overwrite: true);
                }

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

    private static Option<IPEndPoint> Endpoint(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "ADDRESS:PORT",
        DefaultValueFactory = _ => new IPEndPoint(IPAddress.Loopback, 0),
        CustomParser = argument => Parse(name, argument),
    };

    private static IPEndPoint? Parse(string name, ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (IPEndPoint.TryParse(text, out var endpoint))
        {
            return endpoint;
        }

        result.AddError($"{name} is an IP address with a port, such as 127.0.0.1:4318, not '{text}'.");
        return null;
    }
}
