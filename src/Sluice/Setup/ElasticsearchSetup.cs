using System.Text.Json.Nodes;

namespace Sluice.Setup;

/// <summary>Sets up templates and lifecycle. Looks at everything first, so that what is refused changes nothing.</summary>
internal static class ElasticsearchSetup
{
    private enum Step
    {
        Keep,
        Create,
        Update,
    }

    /// <summary>Does it, and says what it does.</summary>
    /// <param name="connection">What is set up.</param>
    /// <param name="modes">The modes of documents.</param>
    /// <param name="retention">How long documents are kept at least.</param>
    /// <param name="isDryRun">Whether to say what would be done, and do nothing.</param>
    /// <param name="output">Gets a line for each object.</param>
    /// <param name="cancellationToken">Ends it between two calls.</param>
    /// <exception cref="SetupException">It cannot be done.</exception>
    public static async Task RunAsync(
        ElasticsearchConnection connection, IReadOnlyCollection<string> modes, string retention, bool isDryRun, TextWriter output, CancellationToken cancellationToken)
    {
        var root = await connection.GetAsync("", cancellationToken).ConfigureAwait(false)
            ?? throw new SetupException("this is neither Elasticsearch nor OpenSearch: it has no answer to GET /");
        var server = ElasticsearchServer.Read(root);
        await output.WriteLineAsync($"{server} at {(string?)root["cluster_name"] ?? "an unnamed cluster"}").ConfigureAwait(false);
        var plan = new List<(SetupObject Object, Step Step, string Path)>();
        var refusals = new List<string>();
        foreach (var wanted in ElasticsearchAssets.For(server, modes, retention))
        {
            var present = await connection.GetAsync(wanted.Path, cancellationToken).ConfigureAwait(false);
            if (present is not null && FindRefusal(wanted, wanted.ReadMark(present)) is { } refusal)
            {
                refusals.Add(refusal);
            }
            else
            {
                plan.Add((wanted, StepFor(wanted, present), PathFor(wanted, present)));
            }
        }

        if (refusals.Count > 0)
        {
            throw new SetupException($"nothing was changed:\n  {string.Join("\n  ", refusals)}");
        }

        foreach (var (wanted, step, path) in plan)
        {
            if (step != Step.Keep && !isDryRun)
            {
                await connection.PutAsync(path, wanted.Body, cancellationToken).ConfigureAwait(false);
            }

            await output.WriteLineAsync($"  {Describe(step, isDryRun)} {wanted}").ConfigureAwait(false);
        }

        if (plan.Any(item => item.Step == Step.Update))
        {
            await output.WriteLineAsync("Data streams that are there already take changes with their next rollover.").ConfigureAwait(false);
        }
    }

    private static string? FindRefusal(SetupObject wanted, SetupMark? mark)
    {
        if (mark is null || mark.ManagedBy != SetupObject.Manager)
        {
            return $"{wanted} is there and is not Sluice's (_meta.managed_by is {(mark is null ? "missing" : $"\"{mark.ManagedBy}\"")}): rename or delete it, then run this again";
        }

        return mark.Version > SetupObject.Version
            ? $"{wanted} was made by a newer Sluice (version {mark.Version}, this one has {SetupObject.Version}): run setup from that one"
            : null;
    }

    private static Step StepFor(SetupObject wanted, JsonObject? present)
    {
        if (present is null)
        {
            return Step.Create;
        }

        return wanted.ReadMark(present) == wanted.Mark ? Step.Keep : Step.Update;
    }

    /// <summary>Policies of index state management are replaced only by who names the state that is replaced.</summary>
    private static string PathFor(SetupObject wanted, JsonObject? present) =>
        present?["_seq_no"] is { } sequence && present["_primary_term"] is { } term ? $"{wanted.Path}?if_seq_no={sequence}&if_primary_term={term}" : wanted.Path;

    private static string Describe(Step step, bool isDryRun) => (step, isDryRun) switch
    {
        (Step.Keep, _) => "unchanged   ",
        (Step.Create, false) => "created     ",
        (Step.Create, true) => "would create",
        (_, false) => "updated     ",
        _ => "would update",
    };
}
