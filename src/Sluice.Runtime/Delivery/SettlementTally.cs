namespace Sluice.Runtime.Delivery;

/// <summary>How records were settled, in records.</summary>
/// <param name="Delivered">The destination took them.</param>
/// <param name="Duplicate">It had them already.</param>
/// <param name="DeadLettered">It refuses them for good.</param>
/// <param name="Corrupt">Their bytes could not be read.</param>
internal readonly record struct SettlementTally(long Delivered, long Duplicate, long DeadLettered, long Corrupt)
{
    public long Total => Delivered + Duplicate + DeadLettered + Corrupt;

    public static SettlementTally operator +(SettlementTally left, SettlementTally right) => new(
        left.Delivered + right.Delivered,
        left.Duplicate + right.Duplicate,
        left.DeadLettered + right.DeadLettered,
        left.Corrupt + right.Corrupt);
}
