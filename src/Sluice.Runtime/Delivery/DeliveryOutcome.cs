using Sluice.Runtime.Contracts;

namespace Sluice.Runtime.Delivery;

/// <summary>What became of one attempt at a batch.</summary>
public readonly record struct DeliveryOutcome
{
    /// <summary>The verdict.</summary>
    public DeliveryStatus Status { get; private init; }

    /// <summary>What went wrong; empty when delivered. A short text without data in it: it shows in logs, health and dead letters.</summary>
    public string Reason { get; private init; }

    /// <summary>With Rejected, RejectedWhole and TooLarge: the next records will be refused as well.</summary>
    public bool NeedsHelp { get; private init; }

    /// <summary>When the destination asked to be tried again; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    /// <summary>
    /// What the exporter wants to be given at its next start: with Delivered committed in one group with the cursor, with StateFirst before
    /// the batch is tried again. Only with <see cref="DeliveryOrder.Journal"/>.
    /// </summary>
    public ReadOnlyMemory<byte>? State { get; private init; }

    /// <summary>
    /// Changes of a table of the exporter's (<see cref="ExporterStart.OpenTable"/>) to commit in one group with the cursor, which disposes them.
    /// Only with <see cref="DeliveryOrder.Journal"/>.
    /// </summary>
    public IReadOnlyList<TableChanges> Changes
    {
        get => field ?? [];
        private init;
    }

    /// <summary>All records are settled: delivered, or marked with <see cref="DeliveryBatch.Reject"/>.</summary>
    public static DeliveryOutcome Delivered(ReadOnlyMemory<byte>? state = null) =>
        new() { Status = DeliveryStatus.Delivered, Reason = "", State = state };

    /// <summary>
    /// All records are settled, as with <see cref="Delivered(ReadOnlyMemory{byte}?)"/>, and tables change with the cursor. Changes that are too large
    /// for one group are committed in several, in their order, the cursor with the last: entries must tell what they cover, since after a
    /// crash in between records come again whose effect is in some of them already.
    /// </summary>
    /// <param name="changes">Each well below the size of a group. Owned by the runtime from here on.</param>
    public static DeliveryOutcome DeliveredWith(IReadOnlyList<TableChanges> changes) =>
        new() { Status = DeliveryStatus.Delivered, Reason = "", Changes = changes };

    /// <summary>
    /// All records are settled except those marked with <see cref="DeliveryBatch.RetryLater"/>, which are tried again by themselves. Some are
    /// marked, and not all; not with <see cref="DeliveryOrder.Journal"/>, where none may overtake another.
    /// </summary>
    public static DeliveryOutcome DeliveredInPart(string reason, TimeSpan? retryAfter = null) =>
        new() { Status = DeliveryStatus.DeliveredInPart, Reason = reason, RetryAfter = retryAfter };

    /// <summary>None is settled; the same attempt may succeed later.</summary>
    public static DeliveryOutcome Retry(string reason, TimeSpan? retryAfter = null) =>
        new() { Status = DeliveryStatus.Retry, Reason = reason, RetryAfter = retryAfter };

    /// <summary>All are refused for good and go to the dead letters.</summary>
    public static DeliveryOutcome Rejected(string reason) => new() { Status = DeliveryStatus.Rejected, Reason = reason };

    /// <summary>
    /// All go to the dead letters although nothing is wrong with them: the destination refuses whatever comes until somebody helps, and the
    /// exporter is not to wait for that. It is Degraded for as long.
    /// </summary>
    public static DeliveryOutcome Refused(string reason) => new() { Status = DeliveryStatus.Rejected, Reason = reason, NeedsHelp = true };

    /// <summary>
    /// The destination refuses the batch for good without saying which of its records it is about: it is halved until what is refused is
    /// alone, which goes to the dead letters. Where it refuses one piece after the other, the pieces that are left go there as they are.
    /// </summary>
    public static DeliveryOutcome RejectedWhole(string reason) => new() { Status = DeliveryStatus.RejectedWhole, Reason = reason };

    /// <summary>The destination refuses the batch for its size: it is halved; a single record goes to the dead letters.</summary>
    public static DeliveryOutcome TooLarge(string reason) => new() { Status = DeliveryStatus.TooLarge, Reason = reason };

    /// <summary>
    /// The same where the destination refuses whatever comes, with RejectedWhole and TooLarge: the exporter is Degraded until something is taken.
    /// </summary>
    public DeliveryOutcome OfWhateverComes() => this with { NeedsHelp = true };

    /// <summary>The exporter cannot work without help: it is Failed, nothing is settled, and it is tried again only now and then.</summary>
    public static DeliveryOutcome Fatal(string reason) => new() { Status = DeliveryStatus.Fatal, Reason = reason };

    /// <summary>
    /// Nothing of the batch was delivered: the state is to be committed first, and then the same batch is given again, at once. For an
    /// exporter that is about to write where the journal does not know of it yet, and could not take that back after a crash.
    /// </summary>
    public static DeliveryOutcome StateFirst(ReadOnlyMemory<byte> state) =>
        new() { Status = DeliveryStatus.StateFirst, Reason = "", State = state };
}
