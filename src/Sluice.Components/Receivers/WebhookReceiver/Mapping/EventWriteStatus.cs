namespace Sluice.Components.Receivers.WebhookReceiver.Mapping;

/// <summary>What came of turning a request into records.</summary>
internal enum EventWriteStatus
{
    /// <summary>There are records.</summary>
    Ok,

    /// <summary>There was nothing to make a record of.</summary>
    Empty,

    /// <summary>The records take more than is allowed.</summary>
    TooLarge,

    /// <summary>The memory for requests in flight is in use.</summary>
    OverBudget,
}
