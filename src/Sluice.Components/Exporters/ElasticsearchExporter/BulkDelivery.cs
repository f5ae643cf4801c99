using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;
using Sluice.Telemetry.Encoders.Elasticsearch;

namespace Sluice.Components.Exporters.ElasticsearchExporter;

/// <summary>
/// Delivers one batch at a time: writes its records into bulk requests of bounded size, looks up what may be there already, sends the rest,
/// and books what became of each document. Used again for other batches; by one thread at a time.
/// </summary>
internal sealed class BulkDelivery(
    BufferPool buffers,
    ElasticsearchExporterOptions options,
    DocumentOptions documents,
    DocumentTargets targets,
    ClusterClient cluster,
    TimeSeriesProbe probe,
    BulkLimit limit,
    RefusalLog refusals,
    RecordId end) : IDisposable
{
    private readonly BulkEncoder _encoder = new(buffers, documents, targets);
    private readonly BulkBody _body = new(buffers);
    private readonly DocumentLookup _lookup = new(cluster, buffers);
    private readonly List<int> _missing = [];
    private readonly List<ReadOnlyMemory<byte>> _pieces = [];
    private readonly List<ItemAnswer> _answers = [];
    private readonly BulkVerdict _verdict = new();

    private DeliveryBatch _batch = null!;
    private bool _mayHaveArrived;
    private bool _oneByOne;

    /// <summary>Delivers a batch.</summary>
    public async ValueTask<DeliveryOutcome> RunAsync(DeliveryBatch batch, CancellationToken cancellationToken)
    {
        var product = cluster.Product!;
        _encoder.DynamicTemplates = product.HasDynamicTemplates;
        (_batch, _mayHaveArrived, _oneByOne) = (batch, batch.MayHaveArrived, false);
        _verdict.Begin(batch);
        var path = PathOf(product);
        var (segment, record) = (0, 0);
        while (segment < batch.Segments.Count)
        {
            var next = Encode(segment, record);
            if (_body.Count > 0)
            {
                if (product.HasTimeSeries && await LearnTargetsAsync(segment, cancellationToken).ConfigureAwait(false))
                {
                    continue;
                }

                var failure = await LookUpAsync(cancellationToken).ConfigureAwait(false)
                    ?? await SendAsync(path, cancellationToken).ConfigureAwait(false);
                if (failure is { Status: DeliveryStatus.TooLarge } tooLarge)
                {
                    if (HasOneRecord())
                    {
                        _verdict.RejectFirst(_body, tooLarge.Reason);
                    }
                    else
                    {
                        _oneByOne = !limit.TryLower(_body.Text.Length);
                        continue;
                    }
                }
                else if (failure is not null)
                {
                    return _verdict.EndEarly(failure.Value, segment, record);
                }
            }

            (segment, record) = next;
        }

        return _verdict.End();
    }

    /// <summary>Gives the memory of the last batch back; another may follow.</summary>
    public void Rest()
    {
        _body.Dispose();
        _encoder.Dispose();
        _pieces.Clear();
    }

    /// <inheritdoc cref="Rest"/>
    public void Dispose() => Rest();

    private string PathOf(ClusterProduct product)
    {
        var path = "/_bulk?filter_path=" + BulkAnswer.Filter;
        if (options.Pipeline.Length > 0)
        {
            path += "&pipeline=" + Uri.EscapeDataString(options.Pipeline);
        }

        return options.IncludeSourceOnError is { } quotes && product.HasSourceOnError
            ? $"{path}&include_source_on_error={(quotes ? "true" : "false")}"
            : path;
    }

    /// <summary>Writes documents until the body is full.</summary>
    /// <returns>The first record that is not in it.</returns>
    private (int Segment, int Record) Encode(int segment, int record)
    {
        _body.Clear();
        var bytes = limit.Bytes;
        for (; segment < _batch.Segments.Count; segment++, record = 0)
        {
            var run = _batch.Segments[segment];
            var mode = RequestContext.ReadHeader(run.Context.Span, "x-elastic-mapping-mode"u8);
            _encoder.BeginBatch(run.Batch, run.ReceivedUnixNano, RequestContext.ReadReceiver(run.Context), mode);
            _body.Segment = segment;
            for (; record < run.Count; record++)
            {
                if (_body.Text.Length >= bytes || (_oneByOne && _body.Count > 0))
                {
                    return (segment, record);
                }

                if (!_encoder.TryEncode(run.Start + record, run.FirstRecord.Plus(record), _body, out var fault))
                {
                    _batch.Reject(segment, record, fault!);
                }
            }
        }

        return (segment, 0);
    }

    /// <summary>Asks about targets of metrics that are new.</summary>
    /// <returns>Whether the documents have to be written anew.</returns>
    private async ValueTask<bool> LearnTargetsAsync(int segment, CancellationToken cancellationToken)
    {
        if (_batch.Segments[segment].Batch.Signal != Signal.Metrics)
        {
            return false;
        }

        var targetsOf = new HashSet<DocumentTarget>();
        foreach (ref readonly var item in _body.Items)
        {
            targetsOf.Add(item.Target);
        }

        return await probe.AskAsync(targetsOf, _batch.Values, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether documents of a run may be stored by an attempt that was not booked.</summary>
    private bool IsInDoubt(int segment)
    {
        var run = _batch.Segments[segment];
        return _mayHaveArrived || run.Position < end || run.Replay is not null;
    }

    /// <summary>Finds which documents are to be sent.</summary>
    private async ValueTask<DeliveryOutcome?> LookUpAsync(CancellationToken cancellationToken)
    {
        _missing.Clear();
        var since = long.MaxValue;
        List<int>? doubted = null;
        for (var i = 0; i < _body.Count; i++)
        {
            _missing.Add(i);
            if (options.LookUp && IsInDoubt(_body.Items[i].Segment) && _body.Items[i].IdLength > 0)
            {
                (doubted ??= []).Add(i);
                since = Math.Min(since, _batch.Segments[_body.Items[i].Segment].ReceivedUnixNano);
            }
        }

        if (doubted is null)
        {
            return null;
        }

        var left = new List<int>(doubted);
        try
        {
            if (await _lookup.FindMissingAsync(_body, left, _batch.Values, UnixTime.ToDateTimeOffset(since), cancellationToken).ConfigureAwait(false) is { } failure)
            {
                return failure;
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException && !cancellationToken.IsCancellationRequested)
        {
            return DeliveryOutcome.Retry(e.Message);
        }

        var found = doubted.Except(left).ToHashSet();
        _missing.RemoveAll(found.Contains);
        return null;
    }

    /// <summary>Sends the documents that are missing, and books the answer.</summary>
    /// <returns>What went wrong with the request as a whole; null when nothing did.</returns>
    private async ValueTask<DeliveryOutcome?> SendAsync(string path, CancellationToken cancellationToken)
    {
        if (_missing.Count == 0)
        {
            _answers.Clear();
            _verdict.Take(_body, _missing, _answers, IsInDoubt);
            return null;
        }

        GatherPieces();

        // From here on nobody knows what arrived, until there is an answer.
        var before = _batch.MayHaveArrived;
        _batch.MayHaveArrived = true;
        try
        {
            using var answer = await cluster.SendAsync(HttpMethod.Post, path, _pieces, true, _batch.Values, cancellationToken).ConfigureAwait(false);
            if (!answer.IsSuccess)
            {
                _batch.MayHaveArrived = before || answer.Status >= 500;
                return answer.Judge("a bulk request");
            }

            if (!answer.IsWhole || !BulkAnswer.TryRead(answer.Body.WrittenSpan, _answers) || _answers.Count != _missing.Count)
            {
                return DeliveryOutcome.Retry($"{answer.Server} answered a bulk request of {_missing.Count} documents with something else, or with part of an answer");
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException && !cancellationToken.IsCancellationRequested)
        {
            _batch.MayHaveArrived = before || e is not HttpRequestException request || !ClusterClient.WasNotSent(request);
            return DeliveryOutcome.Retry(e.Message);
        }

        _batch.MayHaveArrived = before;
        _verdict.Take(_body, _missing, _answers, IsInDoubt);
        refusals.Add(_verdict.Refused, _verdict.InFailureStore, _verdict.Example);
        return null;
    }

    /// <summary>What is to be sent, as stretches of the body.</summary>
    private void GatherPieces()
    {
        _pieces.Clear();
        var text = _body.Text.WrittenMemory;
        if (_missing.Count == _body.Count)
        {
            _pieces.Add(text);
            return;
        }

        for (var i = 0; i < _missing.Count;)
        {
            var first = i;
            while (++i < _missing.Count && _missing[i] == _missing[i - 1] + 1)
            {
                // Neighbours go together.
            }

            var (start, last) = (_body.Items[_missing[first]].Start, _body.Items[_missing[i - 1]]);
            _pieces.Add(text[start..(last.Start + last.Length)]);
        }
    }

    private bool HasOneRecord()
    {
        var (first, last) = (_body.Items[0], _body.Items[^1]);
        return first.Segment == last.Segment && first.Record == last.Record;
    }
}
