namespace Sluice.Journal;

/// <content>
/// Bringing it back: <see cref="StateSnapshot.Restore"/>, <see cref="Recovered"/>, <see cref="AttachRestored"/>, every later group through
/// <c>Apply</c>, <see cref="FinishRecovery"/>, <see cref="BeginEpoch"/>.
/// </content>
internal sealed partial class JournalState
{
    /// <summary>Counts what the log holds for each restored consumer, from its oldest entry in the log to <see cref="End"/>.</summary>
    /// <param name="head">The oldest segment, or null when the log is empty.</param>
    public void AttachRestored(LogSegment? head)
    {
        Head = head;
        var end = End;
        var from = end;
        foreach (var consumer in _consumers)
        {
            from = consumer.RestoredFloor < from ? consumer.RestoredFloor : from;
        }

        for (var segment = head; segment is not null; segment = segment.Next)
        {
            if (segment.RecordsEnd <= from)
            {
                continue;
            }

            for (var position = segment.FirstPosition; position < segment.End;)
            {
                var entry = segment.EntryAt(position);
                if (entry.FirstRecord >= end)
                {
                    break;
                }

                foreach (var consumer in _consumers)
                {
                    consumer.HoldRestored(entry, new LogPosition(segment, position));
                }

                position = entry.NextPosition;
            }
        }

        IndexReaders(end);
    }

    /// <summary>
    /// All groups are applied: counts what consumers had not settled and the log does not hold any more as lost, and closes those that were
    /// open when the process ended.
    /// </summary>
    /// <returns>Records lost, over all consumers.</returns>
    public long FinishRecovery(DateTimeOffset nowUtc)
    {
        long lost = 0;
        foreach (var consumer in _consumers)
        {
            lost += consumer.FinishRecovery(nowUtc.UtcTicks);
        }

        GroupCount = 0;
        return lost;
    }

    /// <summary>Makes a name of an ordinal known.</summary>
    /// <returns>False when the ordinal is another name's, or names before it are missing.</returns>
    public bool DefineTopic(int ordinal, string name) =>
        ordinal < _topics.Length ? _topics[ordinal].Name == name
        : ordinal == _topics.Length && !_topicsByName.ContainsKey(name) && OpenTopic(name).Ordinal == ordinal;

    /// <inheritdoc cref="DefineTopic"/>
    public bool DefineTable(int ordinal, string name) =>
        ordinal < _tables.Length ? _tables[ordinal].Name == name
        : ordinal == _tables.Length && !_tablesByName.ContainsKey(name) && OpenTable(name).Ordinal == ordinal;

    /// <inheritdoc cref="DefineTopic"/>
    public bool DefineCounter(int ordinal, string name) =>
        ordinal < _counters.Length ? _counters[ordinal].Name == name
        : ordinal == _counters.Length && !_countersByName.ContainsKey(name) && OpenCounter(name).Ordinal == ordinal;

    /// <inheritdoc cref="DefineTopic"/>
    public bool DefineConsumer(int ordinal, string name)
    {
        if (ordinal < _consumersByOrdinal.Length)
        {
            return (_consumersByOrdinal[ordinal]?.Name ?? "") == name;
        }

        if (ordinal == _consumersByOrdinal.Length && name.Length == 0)
        {
            SkipConsumer();
            return true;
        }

        return ordinal == _consumersByOrdinal.Length && !_consumersByName.ContainsKey(name) && AddConsumer(name).Ordinal == ordinal;
    }

    /// <summary>Takes a consumer over from a snapshot.</summary>
    /// <returns>Null when the name is there already.</returns>
    public ConsumerState? RestoreConsumer(string name) => _consumersByName.ContainsKey(name) ? null : AddConsumer(name);

    /// <summary>Takes an ordinal for a consumer that was removed.</summary>
    public void SkipConsumer() => Volatile.Write(ref _consumersByOrdinal, [.. _consumersByOrdinal, null]);
}
