using System.CommandLine;
using System.Text.Json;
using Sluice.Standins.Elasticsearch.Faults;

namespace Sluice.Standins.Elasticsearch;

/// <summary>The stand-in as a process of its own.</summary>
internal static class StandinHost
{
    public static Task<int> RunAsync(string[] args)
    {
        var port = new Option<int>("--port") { Description = "The port on the loopback address; 0 for a free one." };
        var version = new Option<string>("--version-of") { Description = "What it behaves like, such as elasticsearch-8.19.8 or opensearch-3.3.2.", DefaultValueFactory = _ => StandinVersion.Elasticsearch8.ToString() };
        var readyFile = new Option<string?>("--ready-file") { Description = "Writes a JSON object with its address into this file when it listens.", HelpName = "PATH" };
        var user = new Option<string[]>("--user") { Description = "A user who is let in, as NAME:PASSWORD. Without users and keys everybody is." };
        var key = new Option<string[]>("--api-key") { Description = "An API key that is let in: base64 of id and key." };
        var failures = new Option<double>("--item-failures") { Description = "The share of bulk items that fail with 429 or 503, from 0 to 1." };
        var seed = new Option<int>("--seed") { Description = "Decides which items fail." };
        var root = new RootCommand("A stand-in for Elasticsearch and OpenSearch, in memory, for tests of what talks to them.") { port, version, readyFile, user, key, failures, seed };
        root.SetAction(async (result, cancellationToken) =>
        {
            var cluster = new StandinCluster(new StandinOptions
            {
                Version = StandinVersion.Parse(result.GetRequiredValue(version)),
                Users = (result.GetValue(user) ?? []).Select(pair => pair.Split(':', 2)).ToDictionary(pair => pair[0], pair => pair[1]),
                ApiKeys = (result.GetValue(key) ?? []).ToHashSet(StringComparer.Ordinal),
            });
            if (result.GetValue(failures) is var share and > 0)
            {
                cluster.Faults.ItemsAtRandom(result.GetValue(seed), share, ItemFault.TooManyRequests, ItemFault.Unavailable);
            }

            var node = await StandinNode.StartAsync(cluster, result.GetValue(port)).ConfigureAwait(false);
            await using (node.ConfigureAwait(false))
            {
                if (result.GetValue(readyFile) is { } path)
                {
                    // Renamed into place: whoever sees the file sees all of it.
                    await File.WriteAllTextAsync(path + ".new", JsonSerializer.Serialize(new Dictionary<string, string> { ["http"] = node.Address }), cancellationToken).ConfigureAwait(false);
                    File.Move(path + ".new", path, overwrite: true);
                }

                var stopped = new TaskCompletionSource();
                await using (cancellationToken.Register(stopped.SetResult).ConfigureAwait(false))
                {
                    await stopped.Task.ConfigureAwait(false);
                }
            }
        });
        return root.Parse(args).InvokeAsync();
    }
}
