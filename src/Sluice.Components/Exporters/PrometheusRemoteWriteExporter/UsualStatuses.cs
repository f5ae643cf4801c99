using Sluice.Components.Exporters.HttpStatuses;

namespace Sluice.Components.Exporters.PrometheusRemoteWriteExporter;

/// <summary>
/// What statuses mean where <c>on_status</c> does not say otherwise. The specifications of remote write have no 4xx but 429 that may be tried
/// again: what is refused goes to the dead letters, from where it can be replayed.
/// </summary>
internal static class UsualStatuses
{
    /// <summary>By status or class of them.</summary>
    public static IReadOnlyDictionary<string, StatusAction> Actions { get; } = new Dictionary<string, StatusAction>
    {
        ["2xx"] = StatusAction.Deliver,
        ["3xx"] = StatusAction.Hold,
        ["4xx"] = StatusAction.Reject,
        ["5xx"] = StatusAction.Retry,
        ["413"] = StatusAction.Split,
        ["429"] = StatusAction.Retry,
    };

    /// <summary>Whether a status is about the address, the credentials or the method, so that half a request would fare no better.</summary>
    public static bool IsAboutTheConfiguration(int status) => status is 401 or 402 or 403 or 404 or 405 or 406 or 407 or 408 or 410 or 411 or 415 or 421 or 425 or 426;
}
