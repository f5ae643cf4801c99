namespace Sluice.Journal.Tests.Model;

/// <summary>A consumer as plain lists: slow, and easy to believe.</summary>
internal sealed class ModelConsumer(string name)
{
    public string Name { get; } = name;

    /// <summary>The last opening; its counts can be asked for when it is closed, too. Null before the first.</summary>
    public IJournalConsumer? Handle { get; set; }

    public bool IsOpen { get; set; }

    public bool WasOpened { get; set; }

    public JournalConsumerOptions Options { get; set; } = new() { Topics = [] };

    /// <summary>The numbers of the topics that it reads: handles differ from opening to opening of the journal.</summary>
    public List<int> Topics { get; set; } = [];

    public RecordId Cursor { get; set; }

    public RecordId DroppedThrough { get; set; }

    /// <summary>Unsettled entries in order.</summary>
    public List<Item> Items { get; } = [];

    public Dictionary<int, Tally> Tallies { get; } = [];

    public long LagBytes => Items.Sum(item => item.Entry.Size);

    public Item? NextUnread => Items.Find(item => !item.Read);

    public bool Reads(int topic) => Topics.Contains(topic);

    public Tally TallyOf(int topic)
    {
        if (!Tallies.TryGetValue(topic, out var tally))
        {
            Tallies.Add(topic, tally = new Tally());
        }

        return tally;
    }

    public int Remaining(ModelEntry entry) =>
        Enumerable.Range(0, entry.Count).Count(i => entry.First.Plus(i) >= Cursor);

    public void Append(ModelEntry entry)
    {
        TallyOf(entry.Topic).Subscribed += entry.Count;
        Items.Add(new Item(entry));
    }

    public void MoveCursor(RecordId cursor)
    {
        if (cursor <= Cursor)
        {
            return;
        }

        foreach (var item in Items)
        {
            var before = Remaining(item.Entry);
            var after = Enumerable.Range(0, item.Entry.Count).Count(i => item.Entry.First.Plus(i) >= cursor);
            TallyOf(item.Entry.Topic).Settled += before - after;
        }

        Items.RemoveAll(item => item.Entry.End <= cursor);
        Cursor = cursor;
        PassDropped();
    }

    /// <summary>Makes room: the oldest that is still in the log is released if it was read, dropped if not.</summary>
    public void LetOldestGo()
    {
        var item = Items.First(item => !item.Released);
        if (item.Read)
        {
            item.Released = true;
        }
        else
        {
            Drop(item);
        }
    }

    public void Drop(Item item)
    {
        TallyOf(item.Entry.Topic).Dropped += Remaining(item.Entry);
        Items.Remove(item);
        DroppedThrough = item.Entry.End;
        PassDropped();
    }

    private void PassDropped()
    {
        if (DroppedThrough > Cursor && Items.TrueForAll(item => item.Entry.First >= DroppedThrough))
        {
            Cursor = DroppedThrough;
        }
    }

    internal sealed class Item(ModelEntry entry)
    {
        public ModelEntry Entry { get; } = entry;

        public bool Read { get; set; }

        public bool Released { get; set; }
    }

    internal sealed class Tally
    {
        public long Subscribed { get; set; }

        public long Settled { get; set; }

        public long Dropped { get; set; }
    }
}
