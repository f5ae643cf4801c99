using Microsoft.Extensions.Logging;
using Sluice.Components.Receivers.KafkaReceiver.Reading;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Health;
using Sluice.Telemetry;
using Sluice.Transport.Kafka;

namespace Sluice.Components.Receivers.KafkaReceiver;

/// <summary>Reads topics as a member of a consumer group, on a thread of its own.</summary>
public sealed partial class KafkaReceiver : IReceiver
{
    /// <summary>Partitions that offsets are remembered of.</summary>
    private const int MaxPartitions = 100_000;

    private readonly ComponentContext _context;
    private readonly ILogger _logger;
    private readonly KafkaReceiverOptions _options;
    private readonly IIntake _intake;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<SignalReading> _readings = [];
    private KafkaReading? _reading;
    private bool _isRunning;

    /// <summary>Creates it; it joins the group once started.</summary>
    public KafkaReceiver(ComponentContext context, KafkaReceiverOptions options, IIntake intake)
    {
        _context = context;
        _logger = context.Logger;
        _options = options;
        _intake = intake;
    }

    /// <summary>It does not listen.</summary>
    public IReadOnlyList<BoundEndpoint> Endpoints => [];

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        KafkaLibrary.Require($"receivers::{_context.Id}");
        var table = _intake.OpenTable($"kafka_offsets/{_context.Id}", new JournalTableOptions { MaxEntries = MaxPartitions });
        foreach (var (signal, topics) in ((Signal, KafkaTopicOptions)[])[(Signal.Logs, _options.Logs), (Signal.Traces, _options.Traces), (Signal.Metrics, _options.Metrics)])
        {
            if (_intake.Accepts(signal))
            {
                _readings.Add(new SignalReading(signal, topics, _options, _context, _intake, table));
            }
        }

        _reading = new KafkaReading(_context, _options, _readings, table, new KafkaReceiverMetrics(_context));
        _reading.Subscribe();
        _isRunning = true;
        new Thread(Run) { IsBackground = true, Name = $"kafka {_context.Id}" }.Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_isRunning)
        {
            await _ended.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        _reading?.Dispose();
        _reading = null;
        foreach (var reading in _readings)
        {
            reading.Dispose();
        }

        _readings.Clear();
        _stop.Dispose();
    }

    private void Run()
    {
        try
        {
            _reading!.Run(_stop.Token);
        }
        catch (Exception e)
        {
            LogEnded(e);
            _context.Health.FailForGood($"reading ended with a defect: {e.Message}; restart Sluice, and report it");
        }

        _ended.SetResult();
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "Reading from Kafka ended with a defect")]
    private partial void LogEnded(Exception exception);
}
