namespace Sluice.Telemetry;

/// <summary>What is known of a record beside its bytes.</summary>
[Flags]
public enum EnvelopeFlags : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A log record with an event name.</summary>
    Event = 1,

    /// <summary>The bytes are in the view's slab, not in the payload: the record was edited.</summary>
    InSlab = 2,
}
