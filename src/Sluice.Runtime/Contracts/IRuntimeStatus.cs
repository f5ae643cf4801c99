using Sluice.Journal;
using Sluice.Runtime.DeadLetters;
using Sluice.Runtime.Ledger;
using Sluice.Runtime.Monitoring;

namespace Sluice.Runtime.Contracts;

/// <summary>The state of a running instance, for health pages, the API and metrics. Thread-safe; every call gives a snapshot.</summary>
public interface IRuntimeStatus
{
    /// <summary>Everything is started and nothing is stopping.</summary>
    bool Started { get; }

    /// <summary>When the instance was started.</summary>
    DateTimeOffset StartTime { get; }

    /// <summary>Every component with its health, the journal included.</summary>
    IReadOnlyList<ComponentStatus> Components { get; }

    /// <summary>Every pipeline with what stands in it.</summary>
    IReadOnlyList<PipelineStatus> Pipelines { get; }

    /// <summary>The journal.</summary>
    JournalStatus Journal { get; }

    /// <summary>When a consumer of the journal will be at its limit.</summary>
    ConsumerOutlook OutlookOf(string consumer);

    /// <summary>The accounts of every pipeline.</summary>
    IReadOnlyList<PipelineLedgerLine> Ledger { get; }

    /// <summary>The accounts of every connector.</summary>
    IReadOnlyList<ConnectorLedgerLine> ConnectorLedger { get; }

    /// <summary>The accounts of every exporter for what was replayed to it, apart from those of the pipelines.</summary>
    IReadOnlyList<ConsumerLedgerLine> ReplayLedger { get; }

    /// <summary>What was counted of dead letters.</summary>
    DeadLetterCounts DeadLetters { get; }
}
