namespace Sluice.Runtime.Delivery;

/// <summary>The batches of the requests that have the same values.</summary>
/// <param name="Key">The values, encoded.</param>
/// <param name="Builders">The batches, by signal.</param>
internal sealed record Partition(byte[] Key, BatchBuilder[] Builders);
