namespace Sluice.Runtime.Contracts;

/// <summary>
/// The records of a batch can never be delivered, for a reason that all of them share. Thrown out of
/// <see cref="IExporter.DeliverAsync"/>, it sends them to the dead letters.
/// </summary>
/// <param name="reason">Why: a short text without data of the records.</param>
public sealed class UndeliverableException(string reason) : Exception(reason);
