using Microsoft.Extensions.Logging;
using Sluice.Journal;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;

namespace Sluice.Runtime.Stateful;

/// <content>What is in the journal goes to the connector.</content>
public sealed partial class StatefulConsumer
{
    /// <summary>Reads until there is nothing more.</summary>
    /// <returns>False when the journal is closed.</returns>
    private async ValueTask<bool> ReadAllAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            JournalEntry entry;
            try
            {
                if (!_consumer.TryRead(_buffer, out entry))
                {
                    return true;
                }
            }
            catch (IOException exception)
            {
                // The journal reports the disk as failing; nothing is given up, since it may come back.
                LogUnreadable(Id, exception.Message);
                await Task.Delay(MinRetryDelay, _time, cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (_schedule.IsDue(entry.ReceivedUnixNano))
            {
                if (!await CommitAsync(_schedule.Due, entry.ReceivedUnixNano, cancellationToken).ConfigureAwait(false))
                {
                    return false;
                }
            }

            Take(entry);
            if ((_readBytes >= SaveBytes || _connector.IsFull) && !await CommitAsync(null, entry.ReceivedUnixNano, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }
    }

    /// <summary>Gives the connector what was just read.</summary>
    private void Take(JournalEntry entry)
    {
        var source = _sources[entry.Topic];
        var length = _buffer.Length;
        var records = entry.RecordCount - entry.SettledRecords;
        if (TryIndex(entry, source.Signal) is { } batch)
        {
            using (batch)
            {
                _connector.Add(new DeliverySegment(
                    batch, entry.SettledRecords, records, entry.FirstRecord.Plus(entry.SettledRecords), entry.Topic, entry.ReceivedUnixNano));
            }

            source.Consumed += records;
            _hasMore = true;
        }
        else
        {
            LogCorrupt(Id, entry.FirstRecord, records);
            source.Corrupt += records;
        }

        _schedule.Begin(entry.ReceivedUnixNano);
        _firstReadAt = _hasRead ? _firstReadAt : _time.GetTimestamp();
        _hasRead = true;
        _readBytes += length;
        _position = entry.End;
    }

    private EnvelopeBatch? TryIndex(JournalEntry entry, Signal signal)
    {
        if (!entry.IsCorrupt)
        {
            return JournalBatch.Index(entry, signal, _buffer, entry.ContextLength, _pool, out _);
        }

        _buffer.Clear();
        return null;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Connector} cannot read from the journal and tries again: {Reason}")]
    private partial void LogUnreadable(string connector, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Connector}: the {Count} records from {First} cannot be read from the journal any more; they are counted as corrupt")]
    private partial void LogCorrupt(string connector, RecordId first, int count);
}
