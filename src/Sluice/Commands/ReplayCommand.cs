using System.CommandLine;
using System.Text.Json.Nodes;
using Sluice.Search;

namespace Sluice.Commands;

/// <summary><c>sluice replay</c>: sends an exporter again what the journal of a running Sluice still holds.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        var consumer = new Option<string?>("--consumer") { Description = "The exporter that gets its pipelines' records again.", HelpName = "ID" };
        var since = new Option<string?>("--since") { Description = "Records received at this time or later: RFC 3339, unix time, or relative such as -15m.", HelpName = "TIME" };
        var until = new Option<string?>("--until") { Description = "Records received before this time; by default all that are there now.", HelpName = "TIME" };
        var noWait = NoWait();
        var (api, json) = (ApiArguments.Api(), Json());
        var command = new Command(
            "replay", "Sends an exporter again what the journal still holds. Records keep their ids; what is settled is held for service::journal::retention, as far as there is space.")
        {
            consumer, since, until, noWait, json, api, List(), Cancel(),
        };
        command.SetAction((result, cancellationToken) => ApiArguments.RunAsync(async () =>
        {
            if (result.GetValue(consumer) is not { } exporter || result.GetValue(since) is not { } from)
            {
                throw new SearchException("Nothing says what to replay; expected --consumer ID and --since TIME, such as sluice replay --consumer file --since -15m");
            }

            var body = new JsonObject { ["consumer"] = exporter, ["since"] = from, ["until"] = result.GetValue(until) };
            using var connection = new ApiConnection(result.GetRequiredValue(api));
            return await ReplayClient.RunAsync(
                connection, "replays", body.ToJsonString(), !result.GetValue(noWait), result.GetValue(json), cancellationToken).ConfigureAwait(false);
        }));
        return command;
    }

    public static Option<bool> NoWait() => new("--no-wait") { Description = "Returns at once; sluice replay list shows how far it is." };

    public static Option<bool> Json() => new("--json") { Description = "Prints the result as JSON." };

    private static Command List()
    {
        var (api, json) = (ApiArguments.Api(), Json());
        var command = new Command("list", "Lists the replays that run and the last that ended, newest first.") { json, api };
        command.SetAction((result, cancellationToken) => ApiArguments.RunAsync(async () =>
        {
            using var connection = new ApiConnection(result.GetRequiredValue(api));
            using var answer = await connection.GetAsync("replays", cancellationToken).ConfigureAwait(false);
            foreach (var replay in answer.RootElement.GetProperty("replays").EnumerateArray())
            {
                ReplayClient.Print(replay, result.GetValue(json));
            }

            return ExitCodes.Success;
        }));
        return command;
    }

    private static Command Cancel()
    {
        var id = new Argument<string>("id") { Description = "The replay." };
        var (api, json) = (ApiArguments.Api(), Json());
        var command = new Command("cancel", "Ends a replay. What it has appended is delivered all the same.") { id, json, api };
        command.SetAction((result, cancellationToken) => ApiArguments.RunAsync(async () =>
        {
            using var connection = new ApiConnection(result.GetRequiredValue(api));
            using var answer = await connection.SendAsync(
                HttpMethod.Delete, $"replays/{Uri.EscapeDataString(result.GetRequiredValue(id))}", null, cancellationToken).ConfigureAwait(false);
            ReplayClient.Print(answer.RootElement, result.GetValue(json));
            return ExitCodes.Success;
        }));
        return command;
    }
}
