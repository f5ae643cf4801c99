using Microsoft.Extensions.Logging;
using Sluice.Components.Exporters.PrometheusRemoteWriteExporter.Series;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;

namespace Sluice.Components.Exporters.PrometheusRemoteWriteExporter;

/// <summary>
/// Sends batches as requests of Prometheus' remote write, one at a time, in journal order.
/// </summary>
/// <remarks>
/// Receivers refuse samples that are older than what they have, many of them with the whole request around. So what may have arrived already, before
/// a crash or when an answer got lost, is sent again entry by entry: one that is refused for its order is there already. After a crash that is
/// looked into (<see cref="SendAgainAsync"/>), since the entry may have been cut otherwise when it was sent, and be there in part.
/// </remarks>
internal sealed partial class PrometheusRemoteWriteExporter : IExporter
{
    private readonly ComponentContext _context;
    private readonly PrometheusRemoteWriteExporterOptions _options;
    private readonly RemoteWriteReport _report;
    private readonly RefusalRun _refusals = new();
    private SampleEncoder _encoder;

    /// <summary>What requests hold: what the options say, or what the receiver knows.</summary>
    private RemoteWriteMessage _message;

    /// <summary>The receiver does not know it.</summary>
    private bool _isUnsupported;

    /// <summary>Why records are refused; null for those that are there already.</summary>
    private readonly Dictionary<RecordId, string?> _verdicts = [];

    private RemoteWriteClient? _client;

    /// <summary>What stands before it may have arrived without our knowing.</summary>
    private RecordId _uncertainBefore;

    /// <summary>What stands before it may have been sent by an earlier process, cut in ways that are not known.</summary>
    private RecordId _unknownBefore;

    /// <summary>What stands before it was sent by an earlier attempt at the batch.</summary>
    private RecordId _sentBefore;

    /// <summary>The entry of which a part was sent by an earlier attempt; null for none.</summary>
    private EntryProgress? _sentOfEntry;

    /// <summary>Samples that the receiver refused of requests that it took, where the records end that those were of, and why.</summary>
    private (int Samples, RecordId End, string Reason) _refused = (0, default, "");

    public PrometheusRemoteWriteExporter(ComponentContext context, PrometheusRemoteWriteExporterOptions options)
    {
        (_context, _options, _message) = (context, options, options.ProtobufMessage);
        _report = new RemoteWriteReport(context, () => Volatile.Read(ref _encoder!)?.KnownPoints ?? 0);
        _encoder = new SampleEncoder(context, options, _message, _report);
    }

    /// <summary>Samples of a series go in their order.</summary>
    public DeliveryOrder Order => DeliveryOrder.Journal;

    public ValueTask StartAsync(ExporterStart start, CancellationToken cancellationToken)
    {
        (_uncertainBefore, _unknownBefore) = (start.End, start.End);
        _client = new RemoteWriteClient(_context, _options);
        return ValueTask.CompletedTask;
    }

    public async ValueTask<DeliveryOutcome> DeliverAsync(DeliveryBatch batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_isUnsupported)
        {
            FallBack();
        }

        try
        {
            _encoder.Begin();
            ForgetVerdicts(before: batch.Segments[0].Position);
            for (var s = 0; s < batch.Segments.Count; s++)
            {
                if (batch.Segments[s] is var segment && segment.Position.Plus(segment.Count) > _sentBefore
                    && await SendAsync(batch, segment, cancellationToken) is { } failed)
                {
                    return Refuse(batch, failed);
                }
            }

            var last = batch.Segments[^1];
            if (await SendRestAsync(batch, last, cancellationToken) is { } outcome)
            {
                return Refuse(batch, outcome);
            }

            Settle(batch);
            _refusals.Taken();
            return DeliveryOutcome.Delivered();
        }
        finally
        {
            _encoder.End();
        }
    }

    public ValueTask DisposeAsync()
    {
        _client?.Dispose();
        _encoder.Dispose();
        return ValueTask.CompletedTask;
    }

    private RemoteWriteClient Client => _client ?? throw new InvalidOperationException("The exporter is not started.");

    /// <summary>Encodes an entry, and sends whatever is too much for one request.</summary>
    /// <returns>Null when that was taken.</returns>
    private async ValueTask<DeliveryOutcome?> SendAsync(DeliveryBatch batch, DeliverySegment segment, CancellationToken cancellationToken)
    {
        var entry = Resume(segment);
        _encoder.BeginEntry(segment.ReceivedUnixNano, segment.Replay is not null);
        for (var i = 0; i <= segment.Count; i++)
        {
            if (i < segment.Count)
            {
                Encode(segment, i);
            }
            else
            {
                _encoder.EndEntry();
            }

            while (_encoder.Body.FindCut() is > 0 and var cut)
            {
                if (await CutAsync(batch, entry, cut, cancellationToken) is { } failed)
                {
                    return failed;
                }
            }
        }

        if (!entry.IsUncertain && !_encoder.Body.EntryIsCut)
        {
            return null;
        }

        if ((await CutAsync(batch, entry, _encoder.Body.EntryStart, cancellationToken)
            ?? await CutAsync(batch, entry, _encoder.Body.Length, cancellationToken)) is { } outcome)
        {
            return outcome;
        }

        Sent(entry.End, withoutEntry: false);
        for (var i = 0; i < entry.Count; i++)
        {
            if (entry.IsFound(i))
            {
                _verdicts.TryAdd(entry.Position.Plus(i), null);
            }
        }

        return null;
    }

    private EntryProgress Resume(DeliverySegment segment)
    {
        var entry = _sentOfEntry is { } known && known.Position == segment.Position && known.Count == segment.Count
            ? known : new EntryProgress(segment.Position, segment.Count);
        (entry.Requests, entry.IsUncertain) = (0, segment.Position < _uncertainBefore);
        return entry;
    }

    private void Encode(DeliverySegment segment, int record)
    {
        var verdict = _encoder.Encode(segment.Batch.GetRecord(segment.Start + record), record);
        if (verdict.Refusal is not null || verdict.IsDuplicate)
        {
            _verdicts[segment.Position.Plus(record)] = verdict.Refusal;
        }
    }

    /// <summary>Sends the first bytes: what came before the entry at hand, or a part of it.</summary>
    private async ValueTask<DeliveryOutcome?> CutAsync(DeliveryBatch batch, EntryProgress entry, int cut, CancellationToken cancellationToken)
    {
        var body = _encoder.Body;
        if (!body.IsInsideEntry(cut) && cut > 0)
        {
            var answer = await PostAsync(batch, body.Message(cut), entry.Position, cancellationToken);
            if (answer.Outcome is { } failed)
            {
                return failed;
            }

            Note(answer, entry.Position);
            Sent(entry.Position, withoutEntry: true);
        }
        else if (cut > 0 && entry.Requests++ >= entry.Sent)
        {
            _sentOfEntry = entry;
            if (await SendPartAsync(batch, entry, 0, body.PointsBefore(cut), cancellationToken) is { } failed)
            {
                return failed;
            }

            entry.RequestArrived();
        }

        body.Remove(cut);
        return null;
    }

    /// <summary>Sends some data points of the entry at hand.</summary>
    /// <returns>Null when they were taken, or found.</returns>
    private async ValueTask<DeliveryOutcome?> SendPartAsync(DeliveryBatch batch, EntryProgress entry, int first, int end, CancellationToken cancellationToken)
    {
        if (entry.HaveArrived(first, end))
        {
            return null;
        }

        if (entry.IsParted(first, end))
        {
            return await SendAgainAsync(batch, entry, first, end, cancellationToken);
        }

        var answer = await PostAsync(batch, _encoder.Body.MessageOf(first, end), entry.End, cancellationToken);
        if (answer.Outcome is { } failed && !(entry.IsUncertain && answer.IsOutOfOrder))
        {
            return failed;
        }

        if (answer.Outcome is null)
        {
            Mark(entry, first, end, isFound: false);
            if (!entry.IsUncertain || !answer.IsOutOfOrder)
            {
                Note(answer, entry.End);
            }

            return null;
        }

        if (end - first > 1 && entry.Position < _unknownBefore)
        {
            entry.Part(first, end);
            return await SendAgainAsync(batch, entry, first, end, cancellationToken);
        }

        Mark(entry, first, end, isFound: true);
        return null;
    }

    private async ValueTask<DeliveryOutcome?> SendRestAsync(DeliveryBatch batch, DeliverySegment last, CancellationToken cancellationToken)
    {
        var end = last.Position.Plus(last.Count);
        if (!_encoder.Body.IsEmpty)
        {
            var answer = await PostAsync(batch, _encoder.Body.Message(_encoder.Body.Length), end, cancellationToken);
            if (answer.Outcome is { } failed)
            {
                return failed;
            }

            Note(answer, end);
        }

        Sent(end, withoutEntry: false);
        if (!_encoder.Metadata.Bytes.IsEmpty && await PostAsync(batch, _encoder.Metadata, default, cancellationToken) is { Outcome: { } refused })
        {
            // The samples are there: what describes them comes again with the next batch.
            _encoder.ForgetMetadata();
            LogMetadata(_context.Logger, refused.Reason);
        }

        return null;
    }

    /// <summary>Sends a request.</summary>
    /// <param name="batch">The batch it is of.</param>
    /// <param name="message">The series.</param>
    /// <param name="end">Where the records end that it is of.</param>
    /// <param name="cancellationToken">Cuts it off.</param>
    private async ValueTask<RemoteWriteAnswer> PostAsync(DeliveryBatch batch, RequestMessage message, RecordId end, CancellationToken cancellationToken)
    {
        var mayHaveArrived = true;
        try
        {
            var answer = await Client.SendAsync(message, _message, batch.Values, cancellationToken);
            mayHaveArrived = answer.MayHaveArrived;
            _isUnsupported |= answer.IsUnsupported;
            return answer;
        }
        finally
        {
            if (mayHaveArrived && end > _uncertainBefore)
            {
                _uncertainBefore = end;
            }
        }
    }

    private void Sent(RecordId before, bool withoutEntry)
    {
        _sentBefore = before;
        _encoder.Commit(withoutEntry);
    }

    /// <summary>Goes on with remote write 1.0. What was sent may be cut otherwise in it.</summary>
    private void FallBack()
    {
        LogFallBack(_context.Logger);
        (_isUnsupported, _message, _sentOfEntry, _unknownBefore) = (false, RemoteWriteMessage.WriteRequest, null, _uncertainBefore);
        _encoder.Dispose();
        Volatile.Write(ref _encoder, new SampleEncoder(_context, _options, _message, _report));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The receiver does not know remote write 2.0: it gets 1.0 until the next start (protobuf_message: prometheus.WriteRequest says so at once)")]
    private static partial void LogFallBack(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Metadata was not taken, and is sent again with the next samples: {Reason}")]
    private static partial void LogMetadata(ILogger logger, string reason);
}
