using System.Text.Json;
using Sluice.Commands;

namespace Sluice.Search;

/// <summary>Follows replays through the API and prints them.</summary>
internal static class ReplayClient
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    /// <summary>Begins a replay and, unless told otherwise, waits until it is done and delivered. Progress goes to stderr, the result to stdout.</summary>
    /// <param name="connection">The API.</param>
    /// <param name="path">Where to post.</param>
    /// <param name="body">What to post.</param>
    /// <param name="wait">Whether to wait.</param>
    /// <param name="json">Whether the result is the API's JSON.</param>
    /// <param name="cancellationToken">Ends the waiting; the replay goes on.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        ApiConnection connection, string path, string body, bool wait, bool json, CancellationToken cancellationToken)
    {
        var replay = Element(await connection.SendAsync(HttpMethod.Post, path, body, cancellationToken).ConfigureAwait(false));
        var id = replay.GetProperty("id").GetString()!;
        await Console.Error.WriteLineAsync(Begun(replay)).ConfigureAwait(false);
        try
        {
            for (var shown = ""; wait && !IsOver(replay);)
            {
                var progress = Progress(replay);
                if (progress != shown)
                {
                    await Console.Error.WriteLineAsync(shown = progress).ConfigureAwait(false);
                }

                await Task.Delay(Poll, TimeProvider.System, cancellationToken).ConfigureAwait(false);
                replay = Element(await connection.GetAsync($"replays/{id}", cancellationToken).ConfigureAwait(false));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync($"Replay {id} goes on; sluice replay cancel {id} ends it.").ConfigureAwait(false);
            return ExitCodes.Success;
        }

        Print(replay, json);
        return replay.GetProperty("state").GetString() is "failed" or "cancelled" ? ExitCodes.Failure : ExitCodes.Success;
    }

    /// <summary>Prints a replay: a line for people, or its JSON.</summary>
    public static void Print(JsonElement replay, bool json) => Console.Out.WriteLine(json ? replay.GetRawText() : Describe(replay));

    private static string Describe(JsonElement replay)
    {
        var line = $"replay {Text(replay, "id")} of {Text(replay, "source").Replace('_', ' ')}{(Text(replay, "consumer") is { Length: > 0 } to ? $" to {to}" : "")}: "
            + $"{Text(replay, "state")}, {Number(replay, "replayed")} of {Number(replay, "found")} records appended, {Number(replay, "pending")} to deliver";
        foreach (var (name, what) in new[] { ("skipped", "of another time"), ("dropped", "given up by the journal for new records"), ("corrupt", "not readable or too large") })
        {
            line += Number(replay, name) > 0 ? $", {Number(replay, name)} {what}" : "";
        }

        line += Text(replay, "waiting_for") is { Length: > 0 } reason ? $"; waits: {reason}" : "";
        return PlainText.Of(line + (Text(replay, "problem") is { Length: > 0 } problem ? $"; {problem}" : ""));
    }

    private static string Begun(JsonElement replay)
    {
        var found = Number(replay, "found");
        var oldest = Text(replay, "oldest") is { Length: > 0 } time ? $", the oldest received at {time}" : "";
        return Text(replay, "source") == "journal"
            ? $"The journal holds {found} records of the exporter's pipelines{oldest}."
            : $"{found} dead letters are meant{oldest}.";
    }

    private static string Progress(JsonElement replay) => PlainText.Of(
        $"{Number(replay, "replayed") + Number(replay, "skipped") + Number(replay, "dropped") + Number(replay, "corrupt")} of {Number(replay, "found")} records done, "
        + $"{Number(replay, "pending")} to deliver{(Text(replay, "waiting_for") is { Length: > 0 } reason ? $"; waits: {reason}" : "")}");

    private static bool IsOver(JsonElement replay) => Text(replay, "state") switch
    {
        "running" => false,
        "done" => Number(replay, "pending") == 0,
        _ => true,
    };

    private static JsonElement Element(JsonDocument document)
    {
        using (document)
        {
            return document.RootElement.Clone();
        }
    }

    private static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString()! : "";

    private static long Number(JsonElement element, string name) => element.GetProperty(name).GetInt64();
}
