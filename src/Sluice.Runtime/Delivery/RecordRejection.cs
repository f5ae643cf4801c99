namespace Sluice.Runtime.Delivery;

/// <summary>One record that its destination refuses for good.</summary>
/// <param name="Segment">Index in <see cref="DeliveryBatch.Segments"/>.</param>
/// <param name="Record">Index within the segment.</param>
/// <param name="Reason">What the destination said.</param>
public readonly record struct RecordRejection(int Segment, int Record, string Reason);
