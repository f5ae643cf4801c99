using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry;

namespace Sluice.Runtime.Intake;

/// <summary>One request on its way through the pipelines. Owns nothing.</summary>
internal ref struct IntakeRun(JournalGroup group, RequestContext context, TelemetryPool pool)
{
    /// <summary>What everything is written to.</summary>
    public readonly JournalGroup Group = group;

    /// <summary>Where the request came from.</summary>
    public readonly RequestContext Context = context;

    /// <summary>Where views come from.</summary>
    public readonly TelemetryPool Pool = pool;

    /// <summary>Id of the pipeline at work, to be named when something fails; null before the first.</summary>
    public string? Pipeline;
}
