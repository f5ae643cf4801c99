namespace Sluice.Standins.Elasticsearch.Faults;

/// <summary>What a cluster does wrong, as a test says. Thread-safe; takes effect with the next request.</summary>
public sealed class StandinFaults
{
    private volatile Func<StandinRequest, RequestFault?> _ofRequest = static _ => null;
    private volatile Func<StandinItem, ItemFault?> _ofItem = static _ => null;

    /// <summary>Decides about every request from now on.</summary>
    /// <param name="decide">The fault of a request; null to serve it.</param>
    public void OnRequest(Func<StandinRequest, RequestFault?> decide) => _ofRequest = decide;

    /// <summary>The next bulk requests fail in this order, and those after them are served.</summary>
    public void NextBulks(params RequestFault[] faults)
    {
        var next = -1;
        OnRequest(request => request.IsBulk && Interlocked.Increment(ref next) is var number && number < faults.Length ? faults[number] : null);
    }

    /// <summary>Decides about every item of bulk requests from now on.</summary>
    /// <param name="decide">The fault of an item; null to do it.</param>
    public void OnItem(Func<StandinItem, ItemFault?> decide) => _ofItem = decide;

    /// <summary>Items fail at random from now on, each attempt anew.</summary>
    /// <param name="seed">The same seed decides the same in the same order of items.</param>
    /// <param name="share">Which share of items fails, from 0 to 1.</param>
    /// <param name="faults">How they fail, each as often; by default with 429 and 503.</param>
    public void ItemsAtRandom(int seed, double share, params ItemFault[] faults)
    {
        var kinds = faults.Length == 0 ? [ItemFault.TooManyRequests, ItemFault.Unavailable] : faults;
        var random = new Random(seed);
        var gate = new Lock();
        OnItem(_ =>
        {
            lock (gate)
            {
                return random.NextDouble() < share ? kinds[random.Next(kinds.Length)] : null;
            }
        });
    }

    /// <summary>Everything works from now on.</summary>
    public void Clear()
    {
        OnRequest(static _ => null);
        OnItem(static _ => null);
    }

    internal RequestFault? Of(StandinRequest request) => _ofRequest(request);

    internal ItemFault? Of(StandinItem item) => _ofItem(item);
}
