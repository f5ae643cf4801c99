using Sluice.Runtime.Delivery;

namespace Sluice.Components.Exporters.PrometheusRemoteWriteExporter;

/// <content>What may be there in part since an earlier process was sending it.</content>
internal sealed partial class PrometheusRemoteWriteExporter
{
    /// <summary>
    /// Finds out what is there of data points that were refused together for their order. As everything goes in its order, the last one is there
    /// only with all before it, unless we have just sent it; and what comes later of its series, only with all of the entry. When it is not, the
    /// others are sent in two parts. What is found out so is kept when an attempt fails midway.
    /// </summary>
    /// <remarks>
    /// Without this, what an earlier process had sent of an entry that was halved, as happens to one that holds something that is refused, would
    /// make its other half seem to be there.
    /// </remarks>
    private async ValueTask<DeliveryOutcome?> SendAgainAsync(DeliveryBatch batch, EntryProgress entry, int first, int end, CancellationToken cancellationToken)
    {
        // target_info says nothing: other entries have it too.
        var points = _encoder.Body.Points;
        var last = end - 1;
        while (last > first && points[last].Record < 0)
        {
            last--;
        }

        var isAlone = true;
        for (var i = first; i < last; i++)
        {
            isAlone &= points[i].Series != points[last].Series;
        }

        if (!isAlone || last == first)
        {
            var middle = first + ((end - first) / 2);
            return await SendPartAsync(batch, entry, first, middle, cancellationToken)
                ?? await SendPartAsync(batch, entry, middle, end, cancellationToken);
        }

        if (!entry.HaveArrived(last, last + 1))
        {
            var isFirst = entry.SendAhead(last);
            var answer = await PostAsync(batch, _encoder.Body.MessageOf(last, last + 1), entry.End, cancellationToken);
            var isThere = answer is { IsOutOfOrder: true, Outcome: not null };
            if (isThere && (isFirst || answer.HasLater))
            {
                Mark(entry, first, end, isFound: true);
                return null;
            }

            if (!isThere && answer.Outcome is { } failed)
            {
                return failed;
            }

            Mark(entry, last, last + 1, isFound: false);
        }

        var half = first + ((last - first + 1) / 2);
        return await SendPartAsync(batch, entry, first, half, cancellationToken)
            ?? await SendPartAsync(batch, entry, half, last, cancellationToken)
            ?? await SendPartAsync(batch, entry, last + 1, end, cancellationToken);
    }

    private void Mark(EntryProgress entry, int first, int end, bool isFound)
    {
        entry.Arrived(first, end);
        for (var i = first; i < end && entry.IsUncertain; i++)
        {
            var record = _encoder.Body.Points[i].Record;
            if (isFound)
            {
                entry.Found(record);
            }
            else
            {
                entry.Taken(record);
            }
        }
    }
}
