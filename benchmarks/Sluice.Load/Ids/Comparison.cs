namespace Sluice.Load.Ids;

/// <summary>What became of the records that a receiver acknowledged.</summary>
/// <param name="Acknowledged">Records that were acknowledged.</param>
/// <param name="Delivered">Distinct records that arrived.</param>
/// <param name="Missing">Records that were acknowledged and did not arrive.</param>
/// <param name="Unacknowledged">Records that arrived and were not acknowledged: their answer was lost.</param>
/// <param name="Doubled">Records that arrived again.</param>
public sealed record Comparison(long Acknowledged, long Delivered, long Missing, long Unacknowledged, long Doubled)
{
    /// <summary>Compares run by run.</summary>
    /// <param name="acknowledged">What senders recorded.</param>
    /// <param name="received">What arrived.</param>
    public static Comparison Of(IEnumerable<IdSet> acknowledged, IEnumerable<IdSet> received)
    {
        var sent = acknowledged.ToDictionary(set => set.Run);
        var came = received.ToDictionary(set => set.Run);
        return new Comparison(
            sent.Values.Sum(set => set.Count),
            came.Values.Sum(set => set.Count),
            sent.Values.Sum(set => set.CountMissingIn(came.GetValueOrDefault(set.Run) ?? new IdSet(set.Run))),
            came.Values.Sum(set => set.CountMissingIn(sent.GetValueOrDefault(set.Run) ?? new IdSet(set.Run))),
            came.Values.Sum(set => set.Doubled));
    }
}
