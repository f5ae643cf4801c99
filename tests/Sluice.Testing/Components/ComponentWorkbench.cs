using System.Diagnostics.Metrics;
using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Health;
using Sluice.Telemetry;

namespace Sluice.Testing.Components;

/// <summary>
/// What a component needs around it: clock, tracking pool, journal, log, budget, a directory of its own. Disposing it fails the test when a
/// buffer was not returned.
/// </summary>
public sealed class ComponentWorkbench : IAsyncDisposable
{
    private readonly BufferPool _buffers = new(new() { Tracking = true });
    private readonly BufferPool _journalBuffers = new();

    /// <summary>Sets it up with a clock: <see cref="ManualTimeProvider"/> or the real one.</summary>
    public ComponentWorkbench(TimeProvider? time = null, JournalOptions? journal = null, long intakeLimit = 64 << 20)
    {
        Time = time ?? new ManualTimeProvider();
        Pool = new TelemetryPool(_buffers);
        Journal = new MemoryJournal(journal ?? new JournalOptions(), _journalBuffers, Time);
        IntakeBudget = new ByteBudget("test", intakeLimit);
        DataDirectory = Directory.CreateTempSubdirectory("sluice-test-").FullName;
    }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Where batches come from.</summary>
    public TelemetryPool Pool { get; }

    /// <summary>An empty journal in memory.</summary>
    public MemoryJournal Journal { get; }

    /// <summary>What was logged.</summary>
    public TestLog Log { get; } = new();

    /// <summary>The bytes of requests in flight.</summary>
    public ByteBudget IntakeBudget { get; }

    /// <summary>Where receivers put what they cannot read.</summary>
    public CollectedDeadLetters DeadLetters { get; } = new();

    /// <summary>Where metrics are made.</summary>
    public Meter Meter { get; } = new("sluice test");

    /// <summary>A directory that goes with the workbench.</summary>
    public string DataDirectory { get; }

    /// <summary>Buffers that are out.</summary>
    public int RentedBuffers => _buffers.RentedCount;

    /// <summary>What the runtime would give a component.</summary>
    public ComponentContext Context(ComponentKind kind, string id)
    {
        if (!ComponentId.TryParse(id, out var parsed))
        {
            throw new ArgumentException($"\"{id}\" is not a component id.", nameof(id));
        }

        return new ComponentContext
        {
            Id = parsed,
            Kind = kind,
            Logger = Log,
            Time = Time,
            Pool = Pool,
            Meter = Meter,
            Health = new ComponentHealth(Time, Log),
            InstanceId = Journal.Id,
            DataDirectory = DataDirectory,
            IntakeBudget = IntakeBudget,
            DeadLetters = DeadLetters,
        };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Journal.DisposeAsync();
        Meter.Dispose();
        Log.Dispose();
        Directory.Delete(DataDirectory, recursive: true);
        _journalBuffers.Dispose();
        _buffers.Dispose();
    }
}
