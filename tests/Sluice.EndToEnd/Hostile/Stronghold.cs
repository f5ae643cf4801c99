using Sluice.EndToEnd.Life;
using Sluice.EndToEnd.Support;
using Sluice.Telemetry;
using Sluice.Testing;

namespace Sluice.EndToEnd.Hostile;

/// <summary>
/// A Sluice under attack, with honest senders on it all the time. Its memory for requests is small, so that an attack that takes it is seen.
/// At the end every honest request was taken at the first attempt, arrived once, the accounts balance, and memory stayed flat.
/// </summary>
internal sealed class Stronghold : IAsyncDisposable
{
    private const long MaxResident = 600L << 20;

    private const string Configuration =
        """
        receivers:
          otlp:
            protocols:
              http: {read_header_timeout: 2s, read_timeout: 3s}
        exporters:
          file: {path: out.jsonl, format: json_lines}
        service:
          intake: {max_memory: 32MiB}
          pipelines:
            logs: {receivers: [otlp], exporters: [file]}
        """;

    private readonly Flood _honest;
    private long _peak;

    private Stronghold(Instance instance)
    {
        Instance = instance;
        _honest = Flood.Start(instance.Otlp, senders: 2);
    }

    public Instance Instance { get; }

    public string Http => Instance.Process.Endpoints["otlp/http"];

    public string Grpc => Instance.Process.Endpoints["otlp/grpc"];

    public static async Task<Stronghold> StartAsync(string extra = "")
    {
        var instance = await Instance.StartAsync(Configuration, extra: extra);
        await instance.Otlp.SendAsync(Signal.Logs, OtlpClient.Logs("warm-up", "warm-up"));
        return new Stronghold(instance);
    }

    /// <summary>Honest senders get on while this is done: some of their requests are answered in between.</summary>
    public async Task WhileServedAsync(Func<Task> attack)
    {
        var before = _honest.Acknowledged.Count;
        await attack();
        _peak = Math.Max(_peak, Instance.Process.ResidentBytes);
        await Eventually.TrueAsync(() => _honest.Acknowledged.Count > before + (10 * Flood.RecordsPerRequest), "honest senders are served meanwhile");
        _peak = Math.Max(_peak, Instance.Process.ResidentBytes);
    }

    /// <summary>The attack is over: what it left behind.</summary>
    /// <param name="others">Records that were taken beside those of the honest senders.</param>
    public async Task ExpectUnharmedAsync(int others = 0)
    {
        await _honest.EndAsync();
        Assert.Empty(_honest.Refusals);
        Assert.InRange(_peak, 1, MaxResident);

        // Nothing of what the attack took in memory is held any longer.
        await Eventually.TrueAsync(
            async () => SidePorts.PrometheusPage.Parse(await Instance.GetAsync("metrics", "/metrics"))["sluice_intake_in_flight_bytes"] == 0,
            () => "no memory is charged to requests");
        await Instance.Api.ExpectSettledAsync("logs", _honest.Acknowledged.Count + 1 + others, "file");
        Assert.Equal(0, await Instance.Process.StopAsync());
        var written = Envelopes.ReadFile(Instance.PathOf("out.jsonl")).Select(record => (string)record["body"]!).ToList();
        Assert.Equal(written.Count, written.Distinct(StringComparer.Ordinal).Count());
        Assert.Empty(_honest.Acknowledged.Except(written, StringComparer.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        await _honest.DisposeAsync();
        await Instance.DisposeAsync();
    }
}
