namespace Sluice.Runtime.Delivery;

/// <summary>How records were settled, in records.</summary>
/// <param name="Delivered">The destination took them.</param>
/// <param name="Duplicate">It had them already.</param>
/// <param name="DeadLettered">It refuses them for good.</param>
/// <param name="Corrupt">Their bytes could not be read.</param>
/// <param name="Rejected">It refused so many of a batch that it took, without saying which.</param>
internal readonly record struct SettlementTally(long Delivered, long Duplicate, long DeadLettered, long Corrupt, long Rejected = 0)
{
    public long Total => Delivered + Duplicate + DeadLettered + Corrupt + Rejected;

    public static SettlementTally operator *(SettlementTally each, long records) => new(
        each.Delivered * records, each.Duplicate * records, each.DeadLettered * records, each.Corrupt * records, each.Rejected * records);

    public static SettlementTally operator +(SettlementTally left, SettlementTally right) => new(
        left.Delivered + right.Delivered,
        left.Duplicate + right.Duplicate,
        left.DeadLettered + right.DeadLettered,
        left.Corrupt + right.Corrupt,
        left.Rejected + right.Rejected);
}
