namespace Sluice.Components.Receivers.PrometheusReceiver.Series;

/// <content>Linking what a scrape has: sources, their scopes, metrics and points.</content>
internal sealed partial class TargetSeries
{
    private void Link(int number)
    {
        ref var point = ref Points[number];
        point.Next = None;
        var metric = point.Metric;
        var isNew = BeginChain(ref Metrics[metric].Chain);
        if (Append(ref Metrics[metric].Chain, number) is var before and >= 0)
        {
            Points[before].Next = number;
        }

        if (!isNew)
        {
            return;
        }

        var scope = Metrics[metric].Scope;
        isNew = BeginChain(ref Scopes[scope].Chain);
        if (Append(ref Scopes[scope].Chain, metric) is var metricBefore and >= 0)
        {
            Metrics[metricBefore].Chain.Next = metric;
        }

        if (!isNew)
        {
            return;
        }

        var source = Scopes[scope].Source;
        isNew = BeginChain(ref Sources[source].Chain);
        if (Append(ref Sources[source].Chain, scope) is var scopeBefore and >= 0)
        {
            Scopes[scopeBefore].Chain.Next = scope;
        }

        if (isNew)
        {
            if (_lastSource >= 0)
            {
                Sources[_lastSource].Chain.Next = source;
            }

            _firstSource = _firstSource < 0 ? source : _firstSource;
            _lastSource = source;
        }
    }

    /// <returns>Whether this scrape had not linked it yet.</returns>
    private bool BeginChain(ref Chain chain)
    {
        if (chain.Scrape == Scrape)
        {
            return false;
        }

        chain = new Chain { First = None, Last = None, Next = None, Scrape = Scrape };
        return true;
    }

    /// <returns>The one before; -1 for none.</returns>
    private static int Append(ref Chain chain, int number)
    {
        var before = chain.Last;
        chain.Last = number;
        chain.First = before < 0 ? number : chain.First;
        return before;
    }
}
