using System.Globalization;
using System.Text.Json;
using Sluice.Store;
using Sluice.Testing;
using Sluice.Testing.Processes;

namespace Sluice.Crash.Webhooks;

/// <summary>One journal through many lives of the executable, with senders of webhooks that do not give up.</summary>
internal sealed class WebhookKillRun : IAsyncDisposable
{
    private const int SenderCount = 16;
    private const int MaxDeliveries = 500;

    /// <summary>For what takes as long as there is to do; only reached by a failing test.</summary>
    private static readonly TimeSpan LongDeadline = TimeSpan.FromMinutes(10);

    private readonly string _directory = SluiceProcess.CreateDirectory();
    private readonly HttpClient _http = new();
    private readonly Random _random;
    private readonly WebhookSenders _senders;
    private SluiceProcess _process = null!;
    private Ledger? _ledger;
    private TimeSpan _startTime = TimeSpan.FromSeconds(1);
    private int _starting;

    private WebhookKillRun(int seed)
    {
        _random = new Random(seed);
        _senders = new WebhookSenders(SenderCount, seed);
        File.WriteAllText(Path.Combine(_directory, "sluice.yaml"), Configuration);
    }

    private static string Configuration =>
        $$$"""
        receivers:
          webhook:
            endpoint: "127.0.0.1:0"
            endpoints:
              plain: {path: /plain, scheme: plain, secrets: [{{{WebhookSenders.Secret}}}]}
              github: {path: /github, scheme: github, secrets: [{{{WebhookSenders.Secret}}}]}
        exporters:
          file/rotated:
            path: rotated.jsonl
            format: json_lines
            rotation: {max_megabytes: 1, max_backups: 0}
            sending_queue: {batch: {flush_timeout: 20ms}}
          file/appended:
            path: appended.jsonl
            format: json_lines
            append: true
            sending_queue: {batch: {flush_timeout: 0s, min_size: 0}}
          store:
            sending_queue: {batch: {flush_timeout: 20ms}}
        service:
          journal: {type: disk, max_size: 256MiB}
          telemetry: {metrics: {address: "127.0.0.1:0"}}
          api: {endpoint: "127.0.0.1:0"}
          shutdown_timeout: 60s
          pipelines:
            events: {receivers: [webhook], exporters: [file/rotated, file/appended, store]}
        """;

    /// <summary>Kills it so often, and then holds what arrived against what was sent.</summary>
    public static async Task RunAsync(int kills, int seed)
    {
        await using var run = new WebhookKillRun(seed);
        try
        {
            for (var kill = 0; kill < kills; kill++)
            {
                await run.KillOnceAsync();
            }

            await run.FinishAsync(kills);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"SLUICE_SEED={RandomSeed.Value}: {e.Message}\nThe last process printed:\n{run._process?.Output}", e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _senders.Pause();
        await _senders.DisposeAsync();
        _http.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task KillOnceAsync()
    {
        if (_random.Next(10) < 2)
        {
            // Recovery itself is interrupted: a start takes about so much processor time.
            var processorTime = _startTime * _random.NextDouble();
            Begin();
            await Eventually.TrueAsync(() => _process.HasExited || _process.IsReady || _process.ProcessorTime >= processorTime, "it works, or is ready", LongDeadline);
            _process.Kill();
            _starting++;
        }
        else
        {
            await StartAsync();
            var process = _process;
            await ListenAsync(_random.Next(1, MaxDeliveries + 1), process.Kill);
        }

        await EndAsync();
    }

    /// <summary>Lets everybody send what is left, and looks at what arrived.</summary>
    private async Task FinishAsync(int kills)
    {
        await StartAsync();
        await ListenAsync(_random.Next(1, MaxDeliveries + 1), _senders.Pause);
        await QuietAsync();
        string[] sent = [.. _senders.Begun];
        Assert.Equal(sent.Length, _senders.Acknowledged);
        await Eventually.TrueAsync(
            async () =>
            {
                await ReadLedgerAsync();
                return _ledger!.Pending == 0;
            },
            () => $"everything is delivered: {_ledger}",
            LongDeadline);
        Assert.Equal(sent.Length, _ledger!["events/accepted"]);
        Assert.Equal(sent.Length, _ledger["events/committed"]);
        Assert.Equal(0, await _process.StopAsync());
        await EndAsync();

        ExpectOnce("file/rotated", sent, ReadFiles("rotated"));
        ExpectOnce("file/appended", sent, ReadFiles("appended"));
        ExpectOnce("store", sent, ReadStore());
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"figures: webhooks: {kills} kills ({_starting} while starting), {sent.Length} deliveries answered after {_senders.Repeated} repeats, each once in two files and the store"));
    }

    /// <summary>Starts it, and looks at the accounts before anybody sends.</summary>
    private async Task StartAsync()
    {
        Begin();
        await _process.WaitUntilReadyAsync();
        _startTime = _process.ProcessorTime;
        await ReadLedgerAsync();

        // What was answered is there; what was not is there or not, but never twice.
        Assert.InRange(_ledger!["events/accepted"], _senders.Acknowledged, _senders.Begun.Count());
        Assert.Equal(_ledger["events/accepted"], _ledger["events/committed"]);
    }

    private void Begin()
    {
        _process = SluiceProcess.Begin(["--config", "sluice.yaml"], _directory);
        _process.OwnsDirectory = false;
    }

    /// <summary>Lets the senders send until so many deliveries are answered, and acts while all others are in the middle of theirs.</summary>
    private async Task ListenAsync(int deliveries, Action then)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _senders.Listen(_process.Endpoints["webhook"], deliveries, () =>
        {
            then();
            reached.SetResult();
        });
        if (await Task.WhenAny(reached.Task, _senders.Broken).WaitAsync(LongDeadline) == _senders.Broken)
        {
            await await _senders.Broken;
        }
    }

    private async Task EndAsync()
    {
        await _process.WaitForExitAsync();
        await QuietAsync();
        await _process.DisposeAsync();
        if (_senders.Broken.IsCompleted)
        {
            await await _senders.Broken;
        }
    }

    private Task QuietAsync() => Eventually.TrueAsync(() => _senders.AreQuiet, "every request has its answer, or no hope of one");

    private async Task ReadLedgerAsync()
    {
        var ledger = await Ledger.ReadAsync(_http, _process.Endpoints["api"]);
        if (_ledger is not null)
        {
            ledger.ExpectNotBehind(_ledger);
        }

        _ledger = ledger;
    }

    private IEnumerable<JsonElement> ReadFiles(string name) =>
        Directory.GetFiles(_directory, name + "*.jsonl").SelectMany(File.ReadLines).Select(line => JsonSerializer.Deserialize<JsonElement>(line));

    private IEnumerable<JsonElement> ReadStore()
    {
        using var store = new StoreReader(Path.Combine(_process.DataDirectory, "store"));
        using var search = store.SearchLogs(new LogQuery { Order = SearchOrder.OldestFirst }, CancellationToken.None);
        while (search.MoveNext())
        {
            yield return JsonSerializer.Deserialize<JsonElement>(search.Json);
        }

        Assert.Empty(search.Warnings);
    }

    private static void ExpectOnce(string destination, string[] sent, IEnumerable<JsonElement> records)
    {
        var arrived = records.Select(record => record.GetProperty("body").GetProperty("name").GetString()!).ToList();
        var doubled = arrived.GroupBy(name => name).Where(group => group.Count() > 1).Select(group => group.Key).Take(10).ToList();
        var missing = sent.Except(arrived).Take(10).ToList();
        Assert.True(
            doubled.Count == 0 && missing.Count == 0 && arrived.Count == sent.Length,
            $"{destination}: {arrived.Count} records of {sent.Length} deliveries; twice: {string.Join(", ", doubled)}; missing: {string.Join(", ", missing)}");
    }
}
