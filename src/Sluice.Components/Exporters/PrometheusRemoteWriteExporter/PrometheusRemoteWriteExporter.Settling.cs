using Sluice.Journal;
using Sluice.Runtime.Delivery;

namespace Sluice.Components.Exporters.PrometheusRemoteWriteExporter;

/// <content>What is said of the records of a batch that was taken.</content>
internal sealed partial class PrometheusRemoteWriteExporter
{
    /// <summary>Says of the records of a batch that was taken what was not.</summary>
    private void Settle(DeliveryBatch batch)
    {
        var duplicates = 0;
        for (var s = 0; s < batch.Segments.Count && _verdicts.Count > 0; s++)
        {
            var segment = batch.Segments[s];
            for (var i = 0; i < segment.Count; i++)
            {
                if (!_verdicts.Remove(segment.Position.Plus(i), out var reason))
                {
                    continue;
                }

                if (reason is null)
                {
                    duplicates++;
                }
                else
                {
                    batch.Reject(s, i, reason);
                }
            }
        }

        batch.CountDuplicates(duplicates);
        if (_refused.Samples > 0)
        {
            _report.Refused(_refused.Reason);
        }

        if (_refused.Samples > 0 && batch.RecordCount - duplicates - batch.Rejections.Count is > 0 and var others)
        {
            if (batch.RecordCount == 1)
            {
                batch.Reject(0, 0, _refused.Reason);
            }
            else
            {
                batch.RejectUnnamed(Math.Min(_refused.Samples, others), _refused.Reason);
            }
        }

        _refused = (0, default, "");
    }

    /// <summary>Tells of a batch that was refused for good.</summary>
    private DeliveryOutcome Refuse(DeliveryBatch batch, DeliveryOutcome outcome)
    {
        if (outcome.Status == DeliveryStatus.Rejected)
        {
            _report.Refused(outcome.Reason);
            return outcome;
        }

        if (outcome.Status is not (DeliveryStatus.RejectedWhole or DeliveryStatus.TooLarge))
        {
            return outcome;
        }

        // More than one record is taken apart first.
        var isSingle = batch.RecordCount == 1;
        if (isSingle)
        {
            _report.Refused(outcome.Reason);
        }

        var last = batch.Segments[^1];
        return _refusals.Refused(batch.Segments[0].Position, last.Position.Plus(last.Count), isSingle) ? outcome.OfWhateverComes() : outcome;
    }

    /// <summary>Remembers what of a request was refused that was taken.</summary>
    private void Note(RemoteWriteAnswer answer, RecordId end)
    {
        if (answer.Refused > 0)
        {
            _refused = (_refused.Samples + answer.Refused, end, answer.Reason);
        }
    }

    /// <summary>Forgets what was said of records that were given up meanwhile.</summary>
    private void ForgetVerdicts(RecordId before)
    {
        if (_refused.End <= before)
        {
            _refused = (0, default, "");
        }

        if (_verdicts.Count == 0)
        {
            return;
        }

        foreach (var old in _verdicts.Keys.Where(id => id < before))
        {
            _verdicts.Remove(old);
        }
    }
}
