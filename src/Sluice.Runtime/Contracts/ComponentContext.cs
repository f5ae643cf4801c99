using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Sluice.Buffers;
using Sluice.Runtime.DeadLetters;
using Sluice.Runtime.Health;
using Sluice.Runtime.Monitoring;
using Sluice.Telemetry;

namespace Sluice.Runtime.Contracts;

/// <summary>What the runtime gives a component it creates.</summary>
public sealed record ComponentContext
{
    /// <summary>The component's id in the configuration.</summary>
    public required ComponentId Id { get; init; }

    /// <summary>Its kind.</summary>
    public required ComponentKind Kind { get; init; }

    /// <summary>Its log, named by kind and id.</summary>
    public required ILogger Logger { get; init; }

    /// <summary>The only source of time.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Where batches and buffers come from.</summary>
    public required TelemetryPool Pool { get; init; }

    /// <summary>Where its metrics are made; tag them with <see cref="MetricTags"/>.</summary>
    public required Meter Meter { get; init; }

    /// <summary>Where operations that took long are reported.</summary>
    public SlowOperations SlowOperations { get; init; } = SlowOperations.None;

    /// <summary>Where it says how it is.</summary>
    public required ComponentHealth Health { get; init; }

    /// <summary>What tells this instance from all others, and stays over restarts: the id of its journal.</summary>
    public Guid InstanceId { get; init; }

    /// <summary>The directory of this instance's state; a component uses a subdirectory of its own.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The bytes of requests in flight; a receiver reserves before it reads a body, and releases after the answer.</summary>
    public required ByteBudget IntakeBudget { get; init; }

    /// <summary>Where a receiver puts what it cannot read; null where tests give none.</summary>
    public IDeadLetters? DeadLetters { get; init; }

    /// <summary>The extensions it may use: those that its options declare with <see cref="IExtensionUser"/>.</summary>
    public ExtensionSet Extensions { get; init; } = ExtensionSet.Empty;

    /// <summary>The tags every metric of the component carries.</summary>
    public KeyValuePair<string, object?>[] MetricTags => [new(Kind switch
    {
        ComponentKind.Receiver => "receiver",
        ComponentKind.Processor => "processor",
        ComponentKind.Connector => "connector",
        ComponentKind.Exporter => "exporter",
        _ => "extension",
    }, Id.ToString())];
}
