namespace Sluice.Journal;

/// <summary>
/// Bounds the memory of the indexes of sealed segments: those read last stay, the others are read again from their files when a consumer
/// gets there. Called under the journal's gate.
/// </summary>
internal sealed class SegmentIndexCache(long capacity)
{
    private readonly Queue<DiskSegment> _loaded = new();
    private long _bytes;

    /// <summary>Takes note of an index that was just loaded, and lets the oldest go.</summary>
    public void Add(DiskSegment segment)
    {
        _loaded.Enqueue(segment);
        _bytes += segment.IndexBytes;
        while (_bytes > capacity && _loaded.Count > 1)
        {
            var oldest = _loaded.Dequeue();
            _bytes -= oldest.IndexBytes;
            oldest.UnloadIndex();
        }
    }
}
