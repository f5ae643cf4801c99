using System.Diagnostics.Metrics;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Runtime.Health;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;
using Sluice.Testing;

namespace Sluice.Components.Tests.Exporters;

/// <summary>What an exporter under test needs: a directory of its own, a clock, a log, a pool that notices leaks, and batches to deliver.</summary>
internal sealed class ExporterFixture : ILogger, IAsyncDisposable
{
    private readonly BufferPool _buffers = new(new() { Tracking = true });
    private readonly List<EnvelopeBatch> _batches = [];
    private readonly MemoryJournal _journal;
    private readonly Meter _meter = new("test");
    private readonly List<string> _log = [];
    private ulong _nextSequence;

    public ExporterFixture()
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("sluice-exporter-").FullName;
        Counts = new MeterCounts(_meter);
        _journal = new MemoryJournal(new JournalOptions(), new BufferPool(), Time);
        Pool = new TelemetryPool(_buffers);
    }

    public string Directory { get; }

    public ManualTimeProvider Time { get; } = new();

    public TelemetryPool Pool { get; }

    /// <summary>The journal that exporters are told of.</summary>
    public Guid JournalId => _journal.Id;

    /// <summary>What exporters open a table of their own with.</summary>
    public Func<JournalTableOptions, JournalTable> OpenTable => options => _journal.OpenTable("exporter_state/test", options);

    /// <summary>Whether exporters are told that all is settled that the journal held at their start.</summary>
    public Func<bool> IsCaughtUp { get; set; } = () => true;

    /// <summary>What exporters counted.</summary>
    public MeterCounts Counts { get; }

    /// <summary>The messages that were logged so far.</summary>
    public IReadOnlyList<string> Log
    {
        get
        {
            lock (_log)
            {
                return [.. _log];
            }
        }
    }

    public ComponentContext Context(string id)
    {
        Assert.True(ComponentId.TryParse(id, out var parsed));
        return new ComponentContext
        {
            Id = parsed,
            Kind = ComponentKind.Exporter,
            Logger = this,
            Time = Time,
            Pool = Pool,
            Meter = _meter,
            Health = new ComponentHealth(Time, this),
            DataDirectory = Directory,
            IntakeBudget = new ByteBudget("test", 1 << 20),
            Extensions = Extensions,
        };
    }

    /// <summary>What exporters find.</summary>
    public Sluice.Runtime.Contracts.ExtensionSet Extensions { get; set; } = Sluice.Runtime.Contracts.ExtensionSet.Empty;

    /// <summary>Creates an exporter as the runtime does, and starts it.</summary>
    public async Task<IExporter> StartAsync(IExporterFactory factory, object options, ReadOnlyMemory<byte> state = default, RecordId end = default)
    {
        var exporter = factory.Create(Context(factory.Type), options);
        try
        {
            await exporter.StartAsync(new ExporterStart(_journal.Id, default, state) { End = end, OpenTable = OpenTable, IsCaughtUp = () => IsCaughtUp() }, CancellationToken.None);
            return exporter;
        }
        catch
        {
            await exporter.DisposeAsync();
            throw;
        }
    }

    /// <summary>A run of all records of a request; it lives as long as the fixture.</summary>
    public DeliverySegment Segment(Signal signal, IMessage request)
    {
        var bytes = request.ToByteArray();
        var buffer = _buffers.Rent(bytes.Length, "exporter test");
        bytes.CopyTo(buffer.Span);
        var result = OtlpIndexer.Index(signal, buffer, 0, bytes.Length, Pool, IndexLimits.Default);
        Assert.Equal(IndexStatus.Ok, result.Status);
        var batch = result.Batch!;
        _batches.Add(batch);
        var segment = new DeliverySegment(batch, 0, batch.Count, new RecordId(7, _nextSequence), _journal.OpenTopic(signal.ToString()), 1);
        _nextSequence += (ulong)batch.Count;
        return segment;
    }

    public static DeliveryBatch Batch(params IEnumerable<DeliverySegment> segments)
    {
        var batch = new DeliveryBatch();
        foreach (var segment in segments)
        {
            batch.Add(segment, default);
        }

        return batch;
    }

    /// <summary>Commits changes of tables as the runtime does.</summary>
    public async Task CommitAsync(IReadOnlyList<TableChanges> changes)
    {
        var group = _journal.CreateGroup();
        foreach (var one in changes)
        {
            one.WriteTo(group);
            one.Dispose();
        }

        Assert.True((await _journal.CommitAsync(group, CommitKind.Internal)).Committed);
    }

    /// <summary>Delivers as the runtime does: when the exporter wants its state committed first, the batch comes again.</summary>
    public static async Task<DeliveryOutcome> DeliverAsync(IExporter exporter, params DeliverySegment[] segments)
    {
        while (true)
        {
            var outcome = await exporter.DeliverAsync(Batch(segments), CancellationToken.None);
            if (outcome.Status != DeliveryStatus.StateFirst)
            {
                return outcome;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Counts.Dispose();
        _batches.ForEach(batch => batch.Dispose());
        await _journal.DisposeAsync();
        _meter.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
        _buffers.Dispose();
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_log)
        {
            _log.Add(formatter(state, exception));
        }
    }
}
