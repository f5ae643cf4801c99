namespace Sluice.Components.Exporters.HttpStatuses;

/// <summary>What an answer means for the records of its request.</summary>
public enum StatusAction
{
    /// <summary>They are delivered.</summary>
    Deliver,

    /// <summary>The request is sent again, after a while.</summary>
    Retry,

    /// <summary>They are refused for good: the request is halved until the records at fault are alone, which go to the dead letters.</summary>
    Reject,

    /// <summary>There are too many of them: the request is halved until the halves are taken.</summary>
    Split,

    /// <summary>It is not about them: the exporter is Failed, keeps them, and tries again now and then.</summary>
    Hold,
}
