using Microsoft.AspNetCore.Http;

namespace Sluice.Components.Receivers.WebhookReceiver.Mapping;

/// <summary>A request that is to become records.</summary>
internal readonly ref struct EventRequest
{
    public required IHeaderDictionary Headers { get; init; }

    /// <summary>JSON without faults.</summary>
    public required ReadOnlySpan<byte> Body { get; init; }

    /// <summary>Whether the body holds a value after another.</summary>
    public required bool IsLines { get; init; }

    /// <summary>The id of the delivery; null for none.</summary>
    public required string? Id { get; init; }

    /// <summary>Common to the records of a request that may have several.</summary>
    public required string BatchId { get; init; }

    /// <summary>When it arrived, in nanoseconds since 1970.</summary>
    public required ulong ReceivedUnixNano { get; init; }
}
