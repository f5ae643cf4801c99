using Sluice.Components.Exporters.HttpStatuses;

namespace Sluice.Components.Exporters.HttpExporter;

/// <summary>What statuses mean where <c>on_status</c> does not say otherwise.</summary>
internal static class UsualStatuses
{
    /// <summary>By status or class of them.</summary>
    public static IReadOnlyDictionary<string, StatusAction> Actions { get; } = new Dictionary<string, StatusAction>
    {
        ["2xx"] = StatusAction.Deliver,
        ["3xx"] = StatusAction.Hold,
        ["4xx"] = StatusAction.Reject,
        ["5xx"] = StatusAction.Retry,
        ["408"] = StatusAction.Retry,
        ["413"] = StatusAction.Split,
        ["425"] = StatusAction.Retry,
        ["429"] = StatusAction.Retry,

        // About the address, the credentials or the method, not about the records: nothing must be given up for it.
        ["401"] = StatusAction.Hold,
        ["402"] = StatusAction.Hold,
        ["403"] = StatusAction.Hold,
        ["404"] = StatusAction.Hold,
        ["405"] = StatusAction.Hold,
        ["406"] = StatusAction.Hold,
        ["407"] = StatusAction.Hold,
        ["410"] = StatusAction.Hold,
        ["411"] = StatusAction.Hold,
        ["415"] = StatusAction.Hold,
        ["421"] = StatusAction.Hold,
        ["426"] = StatusAction.Hold,
        ["501"] = StatusAction.Hold,
        ["505"] = StatusAction.Hold,
        ["511"] = StatusAction.Hold,
    };
}
