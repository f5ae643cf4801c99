using Sluice.Runtime.Delivery;

namespace Sluice.Testing.Components;

/// <summary>One call of a <see cref="ScriptedExporter"/>.</summary>
/// <param name="Number">Which call it is, from 1.</param>
/// <param name="Batch">What it was given; lent for the call.</param>
/// <param name="Records">The records of the batch.</param>
/// <param name="Cancellation">Cuts it off.</param>
public sealed record ScriptedAttempt(int Number, DeliveryBatch Batch, IReadOnlyList<TestRecord> Records, CancellationToken Cancellation)
{
    /// <summary>The names of the records, in order.</summary>
    public IReadOnlyList<string> Names => [.. Records.Select(record => record.Name)];

    /// <summary>Whether a record of this name is among them.</summary>
    public bool Has(string name) => Records.Any(record => record.Name == name);
}
