using System.CommandLine;
using System.Text.Json.Nodes;
using Sluice.Search;

namespace Sluice.Commands;

/// <summary><c>sluice dead-letters</c>: lists, shows and replays records that their destination refused for good.</summary>
internal static class DeadLettersCommand
{
    public static Command Create() =>
        new("dead-letters", "Lists, shows and replays records that their destination refused for good.") { List(), Show(), Replay() };

    private static Command List()
    {
        var limit = new Option<string?>("--limit") { Description = "At most so many, 100 by default.", HelpName = "N" };
        var (api, files, json) = (ApiArguments.Api(), new DeadLetterFileArguments(), ReplayCommand.Json());
        var command = new Command("list", "Lists dead letters that were not replayed, oldest first.") { limit, json, api };
        files.AddTo(command);
        var filters = AddFilters(command);
        command.SetAction((result, cancellationToken) => ApiArguments.RunAsync(() => ConnectAsync(
            result.GetRequiredValue(api),
            result,
            files,
            connection => DeadLetterClient.ListAsync(connection, Given(result, [.. filters, (limit, "limit")]), result.GetValue(json), cancellationToken),
            cancellationToken)));
        return command;
    }

    private static Command Show()
    {
        var id = new Argument<string>("id") { Description = "Its id, as the list shows it." };
        var (api, files, json) = (ApiArguments.Api(), new DeadLetterFileArguments(), ReplayCommand.Json());
        var command = new Command("show", "Shows one dead letter with its record.") { id, json, api };
        files.AddTo(command);
        command.SetAction((result, cancellationToken) => ApiArguments.RunAsync(() => ConnectAsync(
            result.GetRequiredValue(api),
            result,
            files,
            connection => DeadLetterClient.ShowAsync(connection, result.GetRequiredValue(id), result.GetValue(json), cancellationToken),
            cancellationToken)));
        return command;
    }

    private static Command Replay()
    {
        var ids = new Argument<string[]>("id") { Description = "Which; by default those that the filters match.", Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "All of them; needed when nothing else says which." };
        var to = new Option<string?>("--to") { Description = "The exporter that gets them; by default each the one that gave it up.", HelpName = "ID" };
        var noWait = ReplayCommand.NoWait();
        var (api, json) = (ApiArguments.Api(), ReplayCommand.Json());
        var command = new Command("replay", "Sends dead letters again, through a running Sluice. They are gone from the list then.") { ids, all, to, noWait, json, api };
        var filters = AddFilters(command);
        command.SetAction((result, cancellationToken) => ApiArguments.RunAsync(async () =>
        {
            var body = new JsonObject { ["all"] = result.GetValue(all), ["to"] = result.GetValue(to) };
            foreach (var (name, value) in Given(result, filters))
            {
                body[name] = value;
            }

            if (result.GetValue(ids) is { Length: > 0 } given)
            {
                body["ids"] = new JsonArray([.. given.Select(id => JsonValue.Create(id))]);
            }

            using var connection = new ApiConnection(result.GetRequiredValue(api));
            return await ReplayClient.RunAsync(
                connection, "dead-letters/replay", body.ToJsonString(), !result.GetValue(noWait), result.GetValue(json), cancellationToken).ConfigureAwait(false);
        }));
        return command;
    }

    private static List<(Option<string?> Option, string Parameter)> AddFilters(Command command)
    {
        var filters = new List<(Option<string?>, string)>();
        Add("--component", "component", "ID", "Of this exporter.");
        Add("--pipeline", "pipeline", "ID", "Of this pipeline.");
        Add("--reason", "reason", "TEXT", "With this text in the reason.");
        Add("--since", "since", "TIME", "Given up at this time or later: RFC 3339, unix time, or relative such as -15m.");
        Add("--until", "until", "TIME", "Given up before this time.");
        return filters;

        void Add(string name, string parameter, string help, string description)
        {
            var option = new Option<string?>(name) { Description = description, HelpName = help };
            command.Options.Add(option);
            filters.Add((option, parameter));
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Given(ParseResult result, IEnumerable<(Option<string?> Option, string Parameter)> filters) =>
        from filter in filters
        let value = result.GetValue(filter.Option)
        where value is not null
        select KeyValuePair.Create(filter.Parameter, value);

    /// <summary>Asks the instance, or the files when a directory or a configuration is named.</summary>
    private static async Task<int> ConnectAsync(
        Uri api, ParseResult result, DeadLetterFileArguments arguments, Func<ApiConnection, Task> ask, CancellationToken cancellationToken)
    {
        if (!arguments.AreGiven(result))
        {
            using var instance = new ApiConnection(api);
            await ask(instance).ConfigureAwait(false);
            return ExitCodes.Success;
        }

        if (arguments.FindOptions(result) is not { } options)
        {
            return ExitCodes.Failure;
        }

        var files = await OfflineApi.OpenDeadLettersAsync(arguments.DataDirectory(result), options, cancellationToken).ConfigureAwait(false);
        await using (files.ConfigureAwait(false))
        {
            using var connection = new ApiConnection(files.Address);
            await ask(connection).ConfigureAwait(false);
            return ExitCodes.Success;
        }
    }
}
