using Sluice.EndToEnd.Life;
using Sluice.EndToEnd.Support;
using Sluice.Testing;
using Sluice.Testing.Processes;

namespace Sluice.EndToEnd.Disk;

/// <summary>A backlog that is much larger than memory should ever be.</summary>
public sealed class BacklogTests
{
    private const string Stalled =
        """
        exporters:
          file/missing: {path: later/out.jsonl, format: json_lines, retry_on_failure: {initial_interval: 50ms, max_interval: 50ms}}
          nop:
        service:
          journal: {type: disk, max_size: 1GiB}
          pipelines:
            logs: {receivers: [otlp], exporters: [file/missing, nop]}
        """;

    [Fact]
    public async Task Memory_is_flat_while_a_backlog_grows_survives_a_kill_and_is_delivered()
    {
        const int Padding = 10_000;
        const int Requests = 2000;
        const long Backlog = (long)Requests * Flood.RecordsPerRequest * Padding;
        const long Allowed = 300L << 20;
        Assert.True(Backlog > Allowed, "a journal that kept it in memory would be seen");
        var largest = 0L;
        HashSet<string> acknowledged;
        var directory = SluiceProcess.CreateDirectory();
        await using (var sluice = await Instance.StartAsync(Stalled, directory))
        {
            sluice.Process.OwnsDirectory = false;
            await using var flood = Flood.Start(sluice.Otlp, senders: 4, maxRequests: Requests, padding: Padding);
            await Eventually.TrueAsync(() => Sample(sluice) && flood.WhenEndedAsync().IsCompleted, "all is sent", TimeSpan.FromMinutes(3));
            Assert.Empty(flood.Refusals);
            acknowledged = flood.Acknowledged.ToHashSet(StringComparer.Ordinal);
            Assert.Equal(Requests * Flood.RecordsPerRequest, acknowledged.Count);
            sluice.Process.Kill();
            await sluice.Process.WaitForExitAsync();
        }

        await using var again = await Instance.StartAsync(Stalled, directory);
        Directory.CreateDirectory(again.PathOf("later"));
        var pending = 1L;
        await Eventually.TrueAsync(
            async () =>
            {
                Sample(again);
                pending = (await again.Api.LedgerAsync("logs"))["exporters"]!.AsArray().Sum(line => (long)line!["pending"]!);
                return pending == 0;
            },
            () => $"everything is delivered; {pending} records are not",
            TimeSpan.FromMinutes(3));
        Assert.InRange(largest, 1, Allowed);
        Assert.Equal(0, await again.Process.StopAsync());

        foreach (var line in File.ReadLines(again.PathOf("later/out.jsonl")))
        {
            var body = (string)System.Text.Json.Nodes.JsonNode.Parse(line)!["body"]!;
            Assert.True(acknowledged.Remove(body[..body.IndexOf(' ', StringComparison.Ordinal)]), $"{body[..10]} was not sent, or is there twice");
        }

        Assert.Empty(acknowledged);
        Console.WriteLine($"figures: backlog of {Backlog >> 20} MiB: resident memory at most {largest >> 20} MiB");

        bool Sample(Instance sluice)
        {
            largest = Math.Max(largest, sluice.Process.ResidentBytes);
            return true;
        }
    }
}
