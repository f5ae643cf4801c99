using System.CommandLine;
using Sluice.Search;

namespace Sluice.Commands;

/// <summary><c>sluice search</c>: finds log records and events, in a running Sluice or in a store on disk.</summary>
internal static class SearchCommand
{
    public static Command Create()
    {
        var text = new Argument<string?>("text")
        {
            Description = "Words that the body, event name or attributes hold. Without it every record matches.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var api = ApiArguments.Api();
        var dataDirectory = new Option<string?>("--data-dir") { Description = "Reads the store in this data directory instead; nothing needs to run.", HelpName = "DIR" };
        var json = new Option<bool>("--json") { Description = "Prints each record as its JSON envelope." };
        var command = new Command("search", "Finds log records and events. Records go to stdout, one per line, and nothing else does.") { text, api, dataDirectory, json };
        var filters = AddFilters(command);
        command.SetAction((result, cancellationToken) => ApiArguments.RunAsync(async () =>
        {
            var query = filters
                .SelectMany(filter => (result.GetValue(filter.Option) ?? []).Select(value => KeyValuePair.Create(filter.Parameter, value)))
                .Append(KeyValuePair.Create("q", result.GetValue(text) ?? ""))
                .Where(parameter => parameter.Value.Length > 0);
            var output = result.GetValue(json) ? RecordOutput.Json : RecordOutput.Text;
            if (result.GetValue(dataDirectory) is not { } directory)
            {
                return await SearchClient.PrintAsync(result.GetRequiredValue(api), query, output, cancellationToken).ConfigureAwait(false);
            }

            var store = await OfflineApi.OpenStoreAsync(directory, cancellationToken).ConfigureAwait(false);
            await using (store.ConfigureAwait(false))
            {
                return await SearchClient.PrintAsync(store.Address, query, output, cancellationToken).ConfigureAwait(false);
            }
        }));
        return command;
    }

    private static List<(Option<string[]> Option, string Parameter)> AddFilters(Command command)
    {
        var filters = new List<(Option<string[]>, string)>();
        Add("--from", "from", "TIME", "Not before this time: RFC 3339, unix time, or relative such as -15m.");
        Add("--to", "to", "TIME", "Before this time.");
        Add("--service", "service", "NAME", "Of this service.");
        Add("--severity", "severity", "LEVEL", "At least this severe: trace, debug, info, warn, error, fatal, or a number.");
        Add("--trace", "trace_id", "ID", "Of this trace.");
        Add("--span", "span_id", "ID", "Of this span.");
        Add("--event", "event", "NAME", "Events of this name.");
        Add("--attr", "attr", "KEY=VALUE", "With this attribute; may be given several times.");
        Add("--limit", "limit", "N", "At most so many records.");
        Add("--order", "order", "ORDER", "newest (the default) or oldest first.");
        return filters;

        void Add(string name, string parameter, string help, string description)
        {
            var option = new Option<string[]>(name) { Description = description, HelpName = help };
            command.Options.Add(option);
            filters.Add((option, parameter));
        }
    }
}
