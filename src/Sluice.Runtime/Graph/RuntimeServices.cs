using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Sluice.Journal;
using Sluice.Runtime.DeadLetters;
using Sluice.Runtime.Monitoring;
using Sluice.Telemetry;

namespace Sluice.Runtime.Graph;

/// <summary>What a runtime is given from outside and does not own.</summary>
public sealed record RuntimeServices
{
    /// <summary>Where logs go.</summary>
    public required ILoggerFactory Loggers { get; init; }

    /// <summary>The only source of time.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Where batches and buffers come from.</summary>
    public required TelemetryPool Pool { get; init; }

    /// <summary>The journal behind every pipeline.</summary>
    public required IJournal Journal { get; init; }

    /// <summary>Where refused records go.</summary>
    public required IDeadLetters DeadLetters { get; init; }

    /// <summary>Where metrics are made.</summary>
    public required Meter Meter { get; init; }

    /// <summary>Where operations that took long are reported.</summary>
    public SlowOperations SlowOperations { get; init; } = SlowOperations.None;

    /// <summary>The directory of the instance's state.</summary>
    public required string DataDirectory { get; init; }
}
