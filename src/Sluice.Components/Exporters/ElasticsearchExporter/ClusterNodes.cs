namespace Sluice.Components.Exporters.ElasticsearchExporter;

/// <summary>The servers of a cluster, which take turns. One that failed is left out for a while, unless all did. Thread-safe.</summary>
internal sealed class ClusterNodes(IReadOnlyList<Uri> addresses, TimeProvider time)
{
    private static readonly TimeSpan ShortestRest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly (long RestsUntil, TimeSpan Pause)[] _states = new (long, TimeSpan)[addresses.Count];
    private int _next;

    /// <summary>How many there are.</summary>
    public int Count => addresses.Count;

    /// <summary>The address of a server.</summary>
    public Uri this[int node] => addresses[node];

    /// <summary>The server whose turn it is.</summary>
    /// <param name="not">One that has just failed; -1 for none.</param>
    public int Take(int not = -1)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            var best = -1;
            for (var i = 0; i < _states.Length; i++)
            {
                var node = (_next + i) % _states.Length;
                if (node == not && _states.Length > 1)
                {
                    continue;
                }

                if (_states[node].RestsUntil <= now)
                {
                    best = node;
                    break;
                }

                // All rest: the one that is to be back first.
                if (best < 0 || _states[node].RestsUntil < _states[best].RestsUntil)
                {
                    best = node;
                }
            }

            _next = (best + 1) % _states.Length;
            return best;
        }
    }

    /// <summary>Says that a server did not answer, or that it cannot work.</summary>
    public void Failed(int node)
    {
        lock (_gate)
        {
            var rest = _states[node].Pause == TimeSpan.Zero ? ShortestRest : _states[node].Pause * 2;
            rest = rest > LongestRest ? LongestRest : rest;
            _states[node] = (time.GetTimestamp() + (long)(rest.TotalSeconds * time.TimestampFrequency), rest);
        }
    }

    /// <summary>Says that a server answered.</summary>
    public void Answered(int node)
    {
        lock (_gate)
        {
            _states[node] = default;
        }
    }
}
