using Sluice.Runtime.Delivery;
using Sluice.Telemetry.Encoders.Elasticsearch;

namespace Sluice.Components.Exporters.ElasticsearchExporter;

/// <summary>
/// Gathers what became of the documents of a batch, over all requests that it takes, and books it by record: a record is tried again when one
/// of its documents is to be, refused when one of them is, a duplicate when all were there already.
/// </summary>
internal sealed class BulkVerdict
{
    private readonly Dictionary<BulkItem, string> _refused = [];
    private DeliveryBatch _batch = null!;
    private string _reason = "";
    private TimeSpan? _retryAfter;
    private bool _isBusy;
    private bool _isUncertain;
    private int _duplicates;

    /// <summary>Documents that were refused in the last request.</summary>
    public int Refused { get; private set; }

    /// <summary>Documents of the last request that went to a failure store.</summary>
    public int InFailureStore { get; private set; }

    /// <summary>What was said of a document that was refused.</summary>
    public string Example { get; private set; } = "";

    /// <summary>Starts on another batch.</summary>
    public void Begin(DeliveryBatch batch)
    {
        _batch = batch;
        (_reason, _retryAfter, _isBusy, _isUncertain, _duplicates) = ("", null, true, false, 0);
    }

    /// <summary>Books the documents of one request.</summary>
    /// <param name="body">The documents.</param>
    /// <param name="sent">Which of them were sent; the others are stored already.</param>
    /// <param name="answers">What became of each that was sent.</param>
    /// <param name="isInDoubt">Whether documents of a segment may be there from before.</param>
    public void Take(BulkBody body, List<int> sent, List<ItemAnswer> answers, Func<int, bool> isInDoubt)
    {
        (Refused, InFailureStore, Example) = (0, 0, "");
        var next = 0;
        for (var i = 0; i < body.Count;)
        {
            // The documents of one record follow each other.
            var (segment, record) = (body.Items[i].Segment, body.Items[i].Record);
            var (documents, duplicates, later) = (0, 0, false);
            for (; i < body.Count && body.Items[i].Segment == segment && body.Items[i].Record == record; i++)
            {
                documents++;
                if (next == sent.Count || sent[next] != i)
                {
                    duplicates++;
                    continue;
                }

                switch (Judge(body.Items[i], answers[next++], isInDoubt))
                {
                    case Fate.Duplicate:
                        duplicates++;
                        break;
                    case Fate.Later:
                        later = true;
                        ForEachRecord(body, body.Items[i], (batch, at, index) => batch.RetryLater(at, index));
                        _isUncertain |= body.Items[i].OthersCount > 0;
                        break;
                }
            }

            for (var item = i - documents; item < i && _refused.Count > 0; item++)
            {
                if (_refused.TryGetValue(body.Items[item], out var reason))
                {
                    Reject(body, body.Items[item], reason);
                }
            }

            _isUncertain |= later && documents > 1;
            _duplicates += duplicates == documents && !later ? 1 : 0;
        }

        _refused.Clear();
    }

    /// <summary>Books that the only record of a request is refused.</summary>
    public void RejectFirst(BulkBody body, string reason) => Reject(body, body.Items[0], reason);

    /// <summary>What becomes of the batch when a request failed as a whole, and so all records from its first one on are still to be delivered.</summary>
    public DeliveryOutcome EndEarly(DeliveryOutcome failure, int segment, int record)
    {
        if (segment == 0 && record == 0)
        {
            return failure;
        }

        for (var at = segment; at < _batch.Segments.Count; at++)
        {
            for (var i = at == segment ? record : 0; i < _batch.Segments[at].Count; i++)
            {
                _batch.RetryLater(at, i);
            }
        }

        (_reason, _retryAfter, _isBusy) = (failure.Reason, failure.RetryAfter, _isBusy && failure.RetryAfter is not null);
        return End();
    }

    /// <summary>What becomes of the batch.</summary>
    public DeliveryOutcome End()
    {
        _batch.MayHaveArrived |= _isUncertain;
        if (_batch.Later.Count == 0)
        {
            _batch.CountDuplicates(Math.Min(_duplicates, _batch.RecordCount));
            return DeliveryOutcome.Delivered();
        }

        // A cluster that says that it is busy, or lacks a shard, does not choke on these documents.
        var retryAfter = _isBusy ? _retryAfter ?? TimeSpan.Zero : _retryAfter;
        if (_batch.Later.Count == _batch.RecordCount)
        {
            return DeliveryOutcome.Retry(_reason, retryAfter);
        }

        _batch.CountDuplicates(Math.Min(_duplicates, _batch.RecordCount - _batch.Later.Count));
        return DeliveryOutcome.DeliveredInPart(_reason, retryAfter);
    }

    private enum Fate
    {
        Stored,
        Duplicate,
        Refused,
        Later,
    }

    private Fate Judge(in BulkItem item, ItemAnswer answer, Func<int, bool> isInDoubt)
    {
        InFailureStore += answer.IsInFailureStore ? 1 : 0;
        switch (answer.Status)
        {
            case >= 200 and < 300:
                return Fate.Stored;

            // With an id of ours, or one that its sender vouches for, the same document is there. A time-series stream makes ids of dimensions
            // and time: there it is the same only when it may have come before.
            case 409 when item.IdLength > 0 || isInDoubt(item.Segment):
                return Fate.Duplicate;
            case 400 when item.IdLength > 0 && answer.Error!.Contains("time_series mode", StringComparison.Ordinal):
                item.Target.IsTimeSeries = true;
                return Later(answer, isBusy: true);

            // Privileges and blocks of indices: not about the document.
            case 401 or 403 or 429:
                return Later(answer, isBusy: true);
            case 502 or 503 or 504:
                _isUncertain = true;
                return Later(answer, isBusy: true);
            case >= 500:
                _isUncertain = true;
                return Later(answer, isBusy: false);
            case 404:
                return Later(answer, isBusy: false);
            default:
                Refused++;
                Example = $"{item.Target.Name}: {answer.Error}";
                _refused.TryAdd(item, answer.Status == 409 ? "another document of the same dimensions and time is there: " + answer.Error : answer.Error!);
                return Fate.Refused;
        }
    }

    private Fate Later(ItemAnswer answer, bool isBusy)
    {
        _reason = answer.Error!;
        _isBusy &= isBusy;
        return Fate.Later;
    }

    private void Reject(BulkBody body, in BulkItem item, string reason) =>
        ForEachRecord(body, item, (batch, segment, record) => batch.Reject(segment, record, reason));

    /// <summary>The records that a document holds something of, as far as they are in the batch.</summary>
    private void ForEachRecord(BulkBody body, in BulkItem item, Action<DeliveryBatch, int, int> action)
    {
        var run = _batch.Segments[item.Segment];
        action(_batch, item.Segment, item.Record - run.Start);
        for (var i = 0; i < item.OthersCount; i++)
        {
            var record = body.Others[item.OthersStart + i] - run.Start;
            if ((uint)record < (uint)run.Count)
            {
                action(_batch, item.Segment, record);
            }
        }
    }
}
