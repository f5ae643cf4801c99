namespace Sluice.Journal;

/// <summary>Counts since the opening; written and read from any thread.</summary>
internal sealed class DiskJournalCounts
{
    private long _readBytes;
    private long _readRecords;
    private long _corruptGroups;
    private long _writtenBytes;
    private long _flushes;
    private long _failedFlushes;

    public long ReadBytes => Interlocked.Read(ref _readBytes);

    public long ReadRecords => Interlocked.Read(ref _readRecords);

    public long CorruptGroups => Interlocked.Read(ref _corruptGroups);

    public long WrittenBytes => Interlocked.Read(ref _writtenBytes);

    public long Flushes => Interlocked.Read(ref _flushes);

    public long FailedFlushes => Interlocked.Read(ref _failedFlushes);

    public void OnRead(int records, int bytes, bool isWhole)
    {
        Interlocked.Add(ref _readRecords, records);
        Interlocked.Add(ref _readBytes, bytes);
        if (!isWhole)
        {
            Interlocked.Increment(ref _corruptGroups);
        }
    }

    public void OnCorruptGroups(long groups) => Interlocked.Add(ref _corruptGroups, groups);

    public void OnFlush(long bytes)
    {
        Interlocked.Add(ref _writtenBytes, bytes);
        Interlocked.Increment(ref _flushes);
    }

    public void OnFailedFlush() => Interlocked.Increment(ref _failedFlushes);
}
