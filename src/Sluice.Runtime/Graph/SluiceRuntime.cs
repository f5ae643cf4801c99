using Microsoft.Extensions.Logging;
using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.DeadLetters;
using Sluice.Runtime.Delivery;
using Sluice.Runtime.Health;
using Sluice.Runtime.Intake;
using Sluice.Runtime.Ledger;
using Sluice.Runtime.Monitoring;
using Sluice.Runtime.Replay;
using Sluice.Runtime.Stateful;

namespace Sluice.Runtime.Graph;

/// <summary>
/// A graph that runs. Starts from the back (extensions, exporters, connectors with memory, receivers), so that nothing is taken in that cannot go
/// on; stops from the front: receivers stop accepting and answer what is in flight, connectors give out what they gathered, exporters deliver
/// what is left until a deadline, then everything is released. What is undelivered then stays in the journal.
/// </summary>
public sealed partial class SluiceRuntime : IRuntimeStatus, IAsyncDisposable
{
    private readonly RuntimeServices _services;
    private readonly ILogger _logger;
    private readonly List<(ComponentModel Model, ComponentHealth Health)> _health = [];
    private readonly Dictionary<string, PipelineSettings> _settings;
    private readonly List<(ComponentContext Context, IReceiver Receiver)> _receivers = [];
    private readonly List<(ComponentContext Context, IExtension Extension)> _extensions = [];
    private ExtensionSet _extensionSet = ExtensionSet.Empty;
    private readonly List<ExporterDelivery> _deliveries = [];
    private readonly List<StatefulConsumer> _connectors = [];
    private readonly IReadOnlyList<IntakePipeline> _intakePipelines;
    private readonly IReadOnlyList<ConnectorLedger> _connectorLedgers;
    private readonly ComponentHealth _journalHealth;
    private readonly JournalMonitor _monitor;
    private readonly ReplayService _replays;
    private volatile bool _started;
    private int _disposed;

    /// <summary>Creates every component of a checked graph and subscribes the exporters; nothing is started.</summary>
    /// <exception cref="ComponentStartException">A component cannot be created. What was created before it holds nothing.</exception>
    public SluiceRuntime(GraphModel model, RuntimeServices services)
    {
        _services = services;
        _logger = services.Loggers.CreateLogger("sluice");
        StartTime = services.Time.GetUtcNow();
        _journalHealth = new ComponentHealth(services.Time, services.Loggers.CreateLogger("journal"));
        _monitor = new JournalMonitor(services.Journal, _journalHealth, services.Time);
        _settings = model.Pipelines.ToDictionary(pipeline => pipeline.Id, DeliverySettings.Mapped);
        var configured = model.Service.Intake.MaxMemory.Bytes;
        IntakeBudget = new ByteBudget("requests in flight", Math.Min(_settings.Values.Min(setting => setting.IntakeLimit) ?? configured, configured));
        Pipelines = [.. model.Pipelines.Select(pipeline => new PipelineStatus(
            pipeline.Id, Ids(pipeline.Receivers), Ids(pipeline.Processors), Ids(pipeline.Exporters)))];
        try
        {
            CreateExtensions(model);
            CreateExporters(model);
            var assembly = new PipelineAssembly(model, services.Journal, CreateContext);
            _intakePipelines = assembly.Pipelines;
            _connectorLedgers = assembly.ConnectorLedgers;
            foreach (var connector in assembly.CreateConsumers())
            {
                _connectors.Add(connector);
            }

            CreateReceivers(model);
            _replays = new ReplayService(services, _deliveries.Select(delivery => delivery.ReplayTarget), model.Service.Journal.MaxGroupSize.Bytes);
        }
        catch
        {
            _deliveries.ForEach(delivery => delivery.Unsubscribe());
            _connectors.ForEach(connector => connector.Unsubscribe());
            throw;
        }

        RuntimeMetrics.Register(services.Meter, this, IntakeBudget);
        JournalMetrics.Register(services.Meter, services.Journal, _monitor, services.Time);
    }

    /// <summary>The bytes of requests in flight.</summary>
    public ByteBudget IntakeBudget { get; }

    /// <inheritdoc/>
    public bool Started => _started;

    /// <inheritdoc/>
    public DateTimeOffset StartTime { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ComponentStatus> Components =>
    [
        .. _health.Select(entry => new ComponentStatus(KindName(entry.Model), entry.Model.Id.ToString(), entry.Health.Report)),
        new ComponentStatus("journal", "journal", _journalHealth.Report),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<PipelineStatus> Pipelines { get; }

    /// <inheritdoc/>
    public JournalStatus Journal => _services.Journal.GetStatus();

    /// <inheritdoc/>
    public ConsumerOutlook OutlookOf(string consumer) => _monitor.Outlook(consumer);

    /// <inheritdoc/>
    public IReadOnlyList<PipelineLedgerLine> Ledger
    {
        get
        {
            IReadOnlyList<PipelineLedgerLine> lines = [];
            _services.Journal.ReadTogether(() => lines = [.. _intakePipelines.Select(ReadLedger)]);
            return lines;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<ConnectorLedgerLine> ConnectorLedger
    {
        get
        {
            IReadOnlyList<ConnectorLedgerLine> lines = [];
            _services.Journal.ReadTogether(() => lines = [.. _connectorLedgers.Select(ledger => ledger.Read())]);
            return lines;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<ConsumerLedgerLine> ReplayLedger
    {
        get
        {
            IReadOnlyList<ConsumerLedgerLine> lines = [];
            _services.Journal.ReadTogether(() => lines = [.. _deliveries.Select(delivery => delivery.GetReplayLedger())]);
            return lines;
        }
    }

    /// <inheritdoc/>
    public DeadLetterCounts DeadLetters => _services.DeadLetters.Counts;

    /// <summary>What sends records again.</summary>
    public IReplays Replays => _replays;

    /// <summary>Where components listen; complete after the start.</summary>
    public IReadOnlyList<BoundEndpoint> Endpoints =>
    [
        .. _receivers.SelectMany(entry => entry.Receiver.Endpoints),
        .. _deliveries.SelectMany(delivery => delivery.Endpoints),
        .. _extensions.SelectMany(entry => entry.Extension.Endpoints),
    ];

    /// <summary>Starts everything.</summary>
    /// <exception cref="ComponentStartException">A component cannot start. What was started before it runs until this is disposed.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _monitor.Start();
        foreach (var (context, extension) in _extensions)
        {
            await extension.StartAsync(this, cancellationToken).ConfigureAwait(false);
            context.Health.Started();
        }

        foreach (var delivery in _deliveries)
        {
            await delivery.StartAsync(cancellationToken).ConfigureAwait(false);
        }

        _connectors.ForEach(connector => connector.Start());
        foreach (var (context, receiver) in _receivers)
        {
            await receiver.StartAsync(cancellationToken).ConfigureAwait(false);
            context.Health.Started();
        }

        await _replays.ResumeAsync().ConfigureAwait(false);
        _started = true;
    }

    /// <summary>Stops taking data and delivers what is there.</summary>
    /// <param name="deadline">When to stop waiting for answers and deliveries.</param>
    /// <returns>Records that were not delivered, summed over the exporters and the connectors with memory.</returns>
    public async Task<long> StopAsync(CancellationToken deadline)
    {
        _started = false;
        await Task.WhenAll(_receivers.Select(entry => StopReceiverAsync(entry.Context, entry.Receiver, deadline))).ConfigureAwait(false);
        await _replays.StopAsync().ConfigureAwait(false);
        var unread = 0L;
        foreach (var connector in _connectors)
        {
            unread += await connector.DrainAsync(deadline).ConfigureAwait(false);
        }

        var left = await Task.WhenAll(_deliveries.Select(delivery => delivery.DrainAsync(deadline))).ConfigureAwait(false);
        var isKept = _services.Journal.GetStatus().Disk is not null;
        for (var i = 0; i < left.Length; i++)
        {
            if (left[i] > 0)
            {
                LogUndelivered(isKept ? LogLevel.Warning : LogLevel.Error, _deliveries[i].Id, left[i]);
            }
        }

        return left.Sum() + unread;
    }

    /// <summary>Releases everything, also after a start that failed, and twice. Receivers that were not stopped before are cut off.</summary>
    public async ValueTask DisposeAsync()
    {
        _started = false;
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _monitor.DisposeAsync().ConfigureAwait(false);
        foreach (var (context, receiver) in _receivers)
        {
            await DisposeComponentAsync(context, receiver).ConfigureAwait(false);
        }

        await _replays.DisposeAsync().ConfigureAwait(false);
        foreach (var connector in _connectors)
        {
            await connector.DisposeAsync().ConfigureAwait(false);
        }

        foreach (var delivery in _deliveries)
        {
            await delivery.DisposeAsync().ConfigureAwait(false);
        }

        foreach (var (context, extension) in _extensions)
        {
            await DisposeComponentAsync(context, extension).ConfigureAwait(false);
        }
    }

    private void CreateExporters(GraphModel model)
    {
        foreach (var exporter in model.OfKind(ComponentKind.Exporter))
        {
            var pipelines = model.Pipelines.Where(pipeline => pipeline.Exporters.Contains(exporter)).ToArray();
            var factory = (IExporterFactory)exporter.Factory;
            var options = DeliverySettings.Of(model, exporter, pipelines, _settings);
            var context = CreateContext(exporter);
            _monitor.Watch(context.Id.ToString(), options.MaxLag, options.OnFull, context.Health);
            _deliveries.Add(new ExporterDelivery(
                factory.Create(context, exporter.Options),
                context,
                pipelines.ToDictionary(pipeline => _services.Journal.OpenTopic(pipeline.Id), pipeline => pipeline.Signal.ToSignal()),
                options,
                Math.Max(model.Service.Journal.ConsumerWindow.Bytes, model.Service.Journal.MaxGroupSize.Bytes),
                _services.Journal,
                _services.DeadLetters));
        }
    }

    private void CreateReceivers(GraphModel model)
    {
        foreach (var receiver in model.OfKind(ComponentKind.Receiver))
        {
            var context = CreateContext(receiver);
            var fed = model.Pipelines.Where(pipeline => pipeline.Receivers.Contains(receiver)).Select(pipeline => pipeline.Id).ToHashSet();
            var intake = new ReceiverIntake(
                [.. _intakePipelines.Where(pipeline => fed.Contains(pipeline.Id))],
                _services.Journal,
                _services.Pool,
                IntakeBudget,
                _services.Time,
                context.Logger,
                new IntakeMetrics(_services.Meter, receiver.Id.ToString(), _services.SlowOperations));
            _receivers.Add((context, ((IReceiverFactory)receiver.Factory).Create(context, receiver.Options, intake)));
        }
    }

    private void CreateExtensions(GraphModel model)
    {
        foreach (var extension in model.Extensions)
        {
            if (extension.Factory is IExtensionFactory factory)
            {
                var context = CreateContext(extension);
                _extensions.Add((context, factory.Create(context, extension.Options)));
            }
        }

        _extensionSet = new ExtensionSet(_extensions.ToDictionary(entry => entry.Context.Id.ToString(), entry => entry.Extension));
    }

    private ComponentContext CreateContext(ComponentModel component)
    {
        var kind = component.Factory.Kind;
        var logger = _services.Loggers.CreateLogger($"{KindName(component)} {component.Id}");
        var known = _health.Find(entry => entry.Model == component);
        var health = known.Health ?? new ComponentHealth(_services.Time, logger);
        if (known.Health is null)
        {
            _health.Add((component, health));
            if (kind is ComponentKind.Processor or ComponentKind.Connector)
            {
                health.Started();
            }
        }

        return new ComponentContext
        {
            Id = component.Id,
            Kind = kind,
            Logger = logger,
            Time = _services.Time,
            Pool = _services.Pool,
            Meter = _services.Meter,
            SlowOperations = _services.SlowOperations,
            Health = health,
            InstanceId = _services.Journal.Id,
            DataDirectory = _services.DataDirectory,
            IntakeBudget = IntakeBudget,
            DeadLetters = _services.DeadLetters,
            Extensions = _extensionSet,
        };
    }

    private async Task StopReceiverAsync(ComponentContext context, IReceiver receiver, CancellationToken deadline)
    {
        try
        {
            // It honours the deadline itself; the second is for one that does not.
            await receiver.StopAsync(deadline).WaitAsync(deadline).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            LogCutOff(context.Id);
        }
        catch (Exception exception)
        {
            // The others must still stop, and what they took must still be delivered.
            LogStopFailed(exception, context.Id);
        }
    }

    private async Task DisposeComponentAsync(ComponentContext context, IAsyncDisposable component)
    {
        try
        {
            await component.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // The others must still be released.
            LogStopFailed(exception, context.Id);
        }
    }

    private PipelineLedgerLine ReadLedger(IntakePipeline pipeline) => new(
        pipeline.Id,
        pipeline.Ledger.Accepted.Value,
        pipeline.Ledger.Filtered.Value,
        pipeline.Ledger.SampledOut.Value,
        pipeline.Ledger.Rejected.Value,
        pipeline.Ledger.Committed.Value,
        [
            .. _deliveries.Select(delivery => delivery.GetLedger(pipeline.Id)).OfType<ConsumerLedgerLine>(),
            .. _connectors.Select(connector => connector.GetLedger(pipeline.Id)).OfType<ConsumerLedgerLine>(),
        ]);

    private static string KindName(ComponentModel component) => component.Factory.Kind.ToString().ToLowerInvariant();

    private static string[] Ids(IReadOnlyList<ComponentModel> models) => [.. models.Select(model => model.Id.ToString())];

    [LoggerMessage(Message = "The drain ended before exporter {Exporter} had delivered {Records} records")]
    private partial void LogUndelivered(LogLevel level, string exporter, long records);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Component} did not stop cleanly")]
    private partial void LogStopFailed(Exception exception, ComponentId component);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The deadline cut off requests that {Receiver} had not answered yet")]
    private partial void LogCutOff(ComponentId receiver);
}
