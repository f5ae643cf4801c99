namespace Sluice.Journal.Tests.Model;

/// <summary>A table as a list in the order of writing.</summary>
internal sealed class ModelTable(JournalTable real, JournalTableOptions options)
{
    private readonly List<(int Key, byte[] Value, DateTimeOffset Written)> _rows = [];
    private long _evicted;

    public JournalTable Real { get; set; } = real;

    public void Put(int key, byte[] value, DateTimeOffset now)
    {
        Expire(now);
        _rows.RemoveAll(row => row.Key == key);
        while (_rows.Count >= options.MaxEntries)
        {
            _rows.RemoveAt(0);
            _evicted++;
        }

        _rows.Add((key, value, now));
    }

    public void Delete(int key) => _rows.RemoveAll(row => row.Key == key);

    public void Check(DateTimeOffset now)
    {
        Expire(now);
        Assert.Equal(_rows.Count, Real.Count);
        Assert.Equal(_evicted, Real.Evicted);
        Assert.Equal(
            _rows.Select(row => (row.Key, Convert.ToHexString(row.Value))).Order(),
            Real.Snapshot().Select(row => (BitConverter.ToInt32(row.Key.Span), Convert.ToHexString(row.Value.Span))).Order());
        foreach (var (key, value, _) in _rows)
        {
            Assert.True(Real.TryGet(BitConverter.GetBytes(key), out var found));
            Assert.True(found.Span.SequenceEqual(value));
        }
    }

    private void Expire(DateTimeOffset now)
    {
        if (options.Expiry is { } expiry)
        {
            _rows.RemoveAll(row => now - row.Written >= expiry);
        }
    }
}
