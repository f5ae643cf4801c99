namespace Sluice.Runtime.Delivery;

/// <summary>How records were settled.</summary>
/// <param name="Delivered">The destination took them.</param>
/// <param name="Duplicate">It had them already.</param>
/// <param name="DeadLettered">It refuses them for good.</param>
/// <param name="Corrupt">Their bytes could not be read.</param>
internal readonly record struct SettlementTally(int Delivered, int Duplicate, int DeadLettered, int Corrupt)
{
    public int Total => Delivered + Duplicate + DeadLettered + Corrupt;

    public static SettlementTally operator +(SettlementTally left, SettlementTally right) => new(
        left.Delivered + right.Delivered,
        left.Duplicate + right.Duplicate,
        left.DeadLettered + right.DeadLettered,
        left.Corrupt + right.Corrupt);
}
