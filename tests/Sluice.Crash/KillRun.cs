using System.Globalization;
using System.Text.RegularExpressions;
using Sluice.Crash.Load;
using Sluice.Telemetry;
using Sluice.Testing;
using Sluice.Testing.Processes;

namespace Sluice.Crash;

/// <summary>One journal through many lives of the executable.</summary>
internal sealed partial class KillRun : IAsyncDisposable
{
    private const int SenderCount = 8;
    private const int MaxRequests = 1000;

    /// <summary>For what takes as long as there is to do; only reached by a failing test.</summary>
    private static readonly TimeSpan LongDeadline = TimeSpan.FromMinutes(10);

    private static readonly string[] Pipelines = ["logs", "traces", "metrics"];

    private readonly string _directory = SluiceProcess.CreateDirectory();
    private readonly HttpClient _http = new();
    private readonly Random _random;
    private readonly Senders _senders;
    private readonly SortedDictionary<string, int> _kills = new(StringComparer.Ordinal);
    private readonly string _title;
    private SluiceProcess _process = null!;
    private Ledger? _ledger;
    private TimeSpan _startTime = TimeSpan.FromSeconds(1);
    private long _bytesCut;
    private int _cuts;

    private KillRun(string title, string journal, int seed, int maxPadding)
    {
        _title = title;
        _random = new Random(seed);
        _senders = new Senders(SenderCount, seed, maxPadding);
        File.WriteAllText(Path.Combine(_directory, "sluice.yaml"), Configuration(journal));
    }

    /// <summary>Kills it so often, and then holds what arrived against what was acknowledged.</summary>
    /// <param name="title">For the report.</param>
    /// <param name="journal">Options of the journal as YAML.</param>
    /// <param name="kills">How often.</param>
    /// <param name="seed">Of sizes and moments.</param>
    /// <param name="maxPadding">Some records carry up to so many more bytes.</param>
    public static async Task RunAsync(string title, string journal, int kills, int seed, int maxPadding)
    {
        await using var run = new KillRun(title, journal, seed, maxPadding);
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
            throw new InvalidOperationException(
                $"SLUICE_SEED={RandomSeed.Value} ({title}), after {string.Join(", ", run._kills)}: {e.Message}\nThe last process printed:\n{run._process?.Output}", e);
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

    /// <summary>Every exporter that there is, each on every pipeline.</summary>
    private static string Configuration(string journal) =>
        $$$"""
        receivers:
          otlp:
            protocols:
              grpc: {endpoint: "127.0.0.1:0"}
              http: {endpoint: "127.0.0.1:0"}
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
          debug: {use_internal_logger: false, output_paths: [/dev/null]}
          nop:
        service:
          journal: {{{journal}}}
          telemetry: {metrics: {address: "127.0.0.1:0"}}
          api: {endpoint: "127.0.0.1:0"}
          shutdown_timeout: 60s
          pipelines:
            logs: {receivers: [otlp], exporters: [file/rotated, file/appended, store, debug, nop]}
            traces: {receivers: [otlp], exporters: [file/rotated, file/appended, store, debug, nop]}
            metrics: {receivers: [otlp], exporters: [file/rotated, file/appended, store, debug, nop]}
        """;

    [GeneratedRegex("Cut ([0-9]+) bytes off")]
    private static partial Regex BytesCut();

    private async Task KillOnceAsync()
    {
        var kind = _random.Next(10);
        if (kind < 2)
        {
            await KillStartingAsync(_startTime * _random.NextDouble() * 1.1);
            return;
        }

        await StartAsync();
        var process = _process;
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var requests = _random.Next(1, MaxRequests + 1);
        if (kind < 9)
        {
            // By the sender that got the last answer, in the middle of what all others do.
            _senders.Listen(process.Endpoints, requests, () =>
            {
                process.Kill();
                reached.SetResult();
            });
            await UntilAsync(reached.Task);
            Count("under load");
        }
        else
        {
            _senders.Listen(process.Endpoints, requests, reached.SetResult);
            await UntilAsync(reached.Task);
            process.Terminate();
            var processorTime = process.ProcessorTime + (TimeSpan.FromMilliseconds(200) * _random.NextDouble());
            await Eventually.TrueAsync(() => process.HasExited || process.ProcessorTime >= processorTime, "it works, or has ended", LongDeadline);
            process.Kill();
            Count("while stopping");
        }

        await EndAsync();
    }

    /// <summary>Kills it when it has used so much processor time, which a start takes about <see cref="_startTime"/> of.</summary>
    private async Task KillStartingAsync(TimeSpan processorTime)
    {
        Begin();
        await Eventually.TrueAsync(() => _process.HasExited || _process.IsReady || _process.ProcessorTime >= processorTime, "it works, or is ready", LongDeadline);
        _process.Kill();
        Count(_process.IsReady ? "when it was ready" : "while starting");
        await EndAsync();
    }

    private void Begin()
    {
        _process = SluiceProcess.Begin(["--config", "sluice.yaml"], _directory);
        _process.OwnsDirectory = false;
    }

    /// <summary>Starts it, and looks at the accounts before anybody sends.</summary>
    private async Task StartAsync()
    {
        Begin();
        await _process.WaitUntilReadyAsync();
        _startTime = _process.ProcessorTime;
        await ReadLedgerAsync();
        for (var signal = Signal.Logs; signal <= Signal.Metrics; signal++)
        {
            var pipeline = Pipelines[(int)signal];
            var acknowledged = Records(signal, Answer.Acknowledged);
            var unanswered = Records(signal, Answer.None);
            var accepted = _ledger![$"{pipeline}/accepted"];
            Assert.True(
                accepted >= acknowledged && accepted <= acknowledged + unanswered,
                $"{pipeline}: {acknowledged} records were acknowledged and {unanswered} got no answer, but {accepted} are accounted for");
            Assert.Equal(accepted, _ledger[$"{pipeline}/committed"]);
        }

        foreach (var exporter in _ledger!.Exporters)
        {
            Assert.Equal(_ledger[$"{exporter.Split('/')[0]}/committed"], _ledger[$"{exporter}/subscribed"]);
            Assert.Equal(0, _ledger[$"{exporter}/dead_lettered"]);
            Assert.Equal(0, _ledger[$"{exporter}/corrupt"]);
        }
    }

    /// <summary>Sends no more, lets it deliver everything, and looks at what arrived.</summary>
    private async Task FinishAsync(int kills)
    {
        await StartAsync();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _senders.Listen(_process.Endpoints, _random.Next(1, MaxRequests), reached.SetResult);
        await UntilAsync(reached.Task);
        _senders.Pause();
        await QuietAsync();
        await Eventually.TrueAsync(
            async () =>
            {
                await ReadLedgerAsync();
                return _ledger!.Pending == 0;
            },
            () => $"everything is delivered: {_ledger}",
            LongDeadline);
        Assert.Equal(0, await _process.StopAsync());
        await EndAsync();

        var ids = new Dictionary<UInt128, (int Sender, int Number, int Record)>();
        var rotated = new Arrivals("file/rotated", _senders.Sent, ids);
        rotated.AddFiles(Path.Combine(_directory, "rotated.jsonl"));
        rotated.ExpectComplete(dropped: 0);
        var appended = new Arrivals("file/appended", _senders.Sent, ids);
        appended.AddFiles(Path.Combine(_directory, "appended.jsonl"));
        appended.ExpectSameAs(rotated);
        var stored = new Arrivals("store", _senders.Sent, ids);
        stored.AddStore(Path.Combine(_process.DataDirectory, "store"));
        var dropped = Pipelines.Sum(pipeline => _ledger![$"{pipeline}/store/dropped"]);
        stored.ExpectComplete(dropped);
        Assert.Equal(rotated.Count, stored.Count + dropped);
        Assert.Equal(rotated.Count, Pipelines.Sum(pipeline => _ledger![$"{pipeline}/committed"]));
        foreach (var exporter in _ledger!.Exporters)
        {
            Assert.Equal(_ledger[$"{exporter}/subscribed"], _ledger[$"{exporter}/delivered"] + _ledger[$"{exporter}/duplicate"] + _ledger[$"{exporter}/dropped"]);
        }

        Report(kills, rotated, dropped);
    }

    private void Report(int kills, Arrivals rotated, long dropped)
    {
        var files = Directory.GetFiles(_directory, "rotated-*").Length + 1;
        var duplicates = Pipelines.Sum(pipeline => _ledger![$"{pipeline}/store/duplicate"]);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            figures: {_title}: {kills} kills ({string.Join(", ", _kills.Select(kill => $"{kill.Value} {kill.Key}"))}), {_senders.Acknowledged} requests acknowledged and {_senders.Refused} refused
            figures: {_title}: {rotated.Count} records once each in {files} rotated files, one file and the store, {rotated.Unanswered} of them without an answer; the store dropped {dropped}
            figures: {_title}: taken back or not repeated: {_bytesCut} bytes in {_cuts} cuts of files, {duplicates} records in the store
            """));
    }

    private async Task ReadLedgerAsync()
    {
        var ledger = await Ledger.ReadAsync(_http, _process.Endpoints["api"]);
        if (_ledger is not null)
        {
            ledger.ExpectNotBehind(_ledger);
        }

        _ledger = ledger;
    }

    private async Task EndAsync()
    {
        await _process.WaitForExitAsync();
        foreach (Match cut in BytesCut().Matches(_process.Output))
        {
            _cuts++;
            _bytesCut += long.Parse(cut.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        }

        await QuietAsync();
        await _process.DisposeAsync();
        if (_senders.Broken.IsCompleted)
        {
            await await _senders.Broken;
        }
    }

    private Task QuietAsync() => Eventually.TrueAsync(() => _senders.AreQuiet, "every request has its answer, or no hope of one");

    private async Task UntilAsync(Task reached)
    {
        if (await Task.WhenAny(reached, _senders.Broken).WaitAsync(LongDeadline) == _senders.Broken)
        {
            await await _senders.Broken;
        }
    }

    private void Count(string kill) => _kills[kill] = _kills.GetValueOrDefault(kill) + 1;

    private long Records(Signal signal, Answer answer) => _senders.Sent
        .SelectMany(requests => requests).Where(request => request.Signal == signal && request.Answer == answer).Sum(request => request.RecordCount);
}
