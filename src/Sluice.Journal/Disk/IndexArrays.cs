namespace Sluice.Journal;

/// <summary>
/// The arrays of indexes that nobody needs any more, for the next segments: they are large, and one allocated per segment would be all that
/// the journal allocates. Thread-safe.
/// </summary>
internal sealed class IndexArrays
{
    private const int Smallest = 1024;
    private const int MaxKept = 4;

    private readonly Lock _gate = new();
    private readonly List<IndexEntry[]> _free = [];

    /// <summary>Takes an array for a segment that begins.</summary>
    public IndexEntry[] Take()
    {
        lock (_gate)
        {
            if (_free.Count > 0)
            {
                var array = _free[^1];
                _free.RemoveAt(_free.Count - 1);
                return array;
            }
        }

        return new IndexEntry[Smallest];
    }

    /// <summary>Gives an array back; the largest are kept.</summary>
    public void Return(IndexEntry[] array)
    {
        lock (_gate)
        {
            _free.Add(array);
            _free.Sort(static (a, b) => a.Length.CompareTo(b.Length));
            if (_free.Count > MaxKept)
            {
                _free.RemoveAt(0);
            }
        }
    }
}
