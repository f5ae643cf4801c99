namespace Sluice.Runtime.Delivery;

/// <summary>What a batch has been through; its halves inherit it.</summary>
internal sealed class DeliveryHistory(RetryOptions retry, Random random, long startedAt, long othersSucceeded)
{
    /// <summary>Failures, each with successes of others since the one before, that make a batch suspect: it is halved.</summary>
    public const int SuspicionsToSplit = 3;

    /// <summary>The same for a record that is alone in its batch, which is then given up. More, because this is for good.</summary>
    public const int SuspicionsToGiveUp = 10;

    /// <summary>
    /// Pieces of one batch that may be refused in a row before the search for the records at fault ends: a record that is alone at fault is
    /// found after as many as the number of records has bits, so what goes on much longer is no search any more.
    /// </summary>
    public const int RefusalsToGiveUp = 32;

    private Backoff _backoff = new(retry, random);
    private RefusalRun _refusals = new();
    private long _othersSucceeded = othersSucceeded;

    /// <summary>When the first attempt began, as a timestamp.</summary>
    public long StartedAt { get; } = startedAt;

    public int Attempts { get; set; }

    /// <summary>Failures while others succeeded, since the batch was cut to its size.</summary>
    public int Suspicions { get; private set; }

    /// <summary>Books a failure, and says how long to wait.</summary>
    /// <param name="othersSucceeded">Successes of the exporter so far, all of which are others'.</param>
    /// <param name="outcome">The failure. A destination that says when to come back is busy: it does not choke on this one.</param>
    /// <param name="isPartitioned">
    /// Its records share values that others do not have, so that the destination may refuse them as it does not refuse others. Without such
    /// values a destination that needs help needs it for every batch.
    /// </param>
    public TimeSpan Failed(long othersSucceeded, DeliveryOutcome outcome, bool isPartitioned)
    {
        var blamesBatch = outcome.Status == DeliveryStatus.Retry || (outcome.Status == DeliveryStatus.Fatal && isPartitioned);
        if (othersSucceeded > _othersSucceeded && outcome.RetryAfter is null && blamesBatch)
        {
            Suspicions++;
        }

        _othersSucceeded = othersSucceeded;
        return _backoff.Next(outcome.RetryAfter);
    }

    /// <summary>Books that the whole was refused.</summary>
    /// <returns>Whether halving it may find the records at fault.</returns>
    public bool MayIsolate() => ++_refusals.Count <= RefusalsToGiveUp;

    /// <summary>Books that the destination took it.</summary>
    public void Taken() => _refusals.Count = 0;

    /// <summary>The history of a half. Once there was reason to halve, the next failure among successes is reason enough to go on.</summary>
    public DeliveryHistory ForHalf(int records) => new(retry, random, StartedAt, _othersSucceeded)
    {
        Attempts = Attempts,
        _refusals = _refusals,
        Suspicions = records > 1 ? SuspicionsToSplit - 1 : 0,
    };

    /// <summary>The history of those records that an attempt left to be tried again: as before, backoff included.</summary>
    public DeliveryHistory ForRest() => new(retry, random, StartedAt, _othersSucceeded)
    {
        Attempts = Attempts,
        _backoff = _backoff,
        _refusals = _refusals,
        Suspicions = Suspicions,
    };

    /// <summary>Refusals in a row of the pieces of one batch, which one worker tries one after the other.</summary>
    private sealed class RefusalRun
    {
        public int Count { get; set; }
    }
}
