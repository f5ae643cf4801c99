using Sluice.Buffers;
using Sluice.Journal.Tests.Replay;

namespace Sluice.Journal.Tests.State;

public sealed class RecoveryTests : IDisposable
{
    private readonly StateBench _bench = new();
    private readonly PooledBufferWriter _buffer;
    private readonly ListLog _log;
    private readonly JournalTopic _topic;

    public RecoveryTests()
    {
        _buffer = new PooledBufferWriter(_bench.Pool, "recovery reads");
        _log = new ListLog(_bench.Pool, _bench.Clock, entriesPerSegment: 2).Begin();
        _bench.Own(_log.State);
        _topic = _log.State.OpenTopic("logs");
    }

    [Fact]
    public void What_the_log_lost_is_counted_as_lost_and_the_rest_is_read()
    {
        var consumer = _log.Open("file", new() { Topics = [_topic] });
        var first = Append(6, records: 3);
        Settle(consumer, first.Plus(1));
        _log.TakeSnapshot();
        _log.Lose(_log.Segments.First());
        _log.Lose(_log.Segments.Last());

        var recovered = Recover();
        Assert.Equal(5 + 6, recovered.FinishRecovery());
        var again = recovered.Open("file", new() { Topics = [recovered.State.OpenTopic("logs")] });
        var topic = again.Topics.Single();
        Assert.Equal((18L, 1L, 11L, 6L), (again.SubscribedRecords(topic), again.SettledRecords(topic), again.LostRecords(topic), again.PendingRecords(topic)));
        Assert.Equal(6, again.Lag.Records);
        JournalFixture.AssertBalanced(again);
        Assert.Equal(11, recovered.State.ConsumerStatus().Single().LostRecords);
        Assert.True(again.TryRead(_buffer, out var entry));
        Assert.Equal(first.Plus(6), entry.FirstRecord);
    }

    [Fact]
    public void What_was_lost_stays_lost_over_the_next_recovery()
    {
        _log.Open("file", new() { Topics = [_topic] });
        Append(2, records: 3);
        _log.TakeSnapshot();
        _log.Lose(_log.Segments.Single());
        var recovered = Recover();
        Assert.Equal(6, recovered.FinishRecovery());
        recovered.TakeSnapshot();
        var again = recovered.Recover();
        _bench.Own(again.State);
        Assert.Equal(0, again.FinishRecovery());
        Assert.Equal(6, again.State.Consumers[0].TotalLost);
    }

    [Fact]
    public void Consumers_are_closed_as_of_the_recovery_unless_they_were_closed_before()
    {
        _log.Open("closed", new() { Topics = [_topic] }).Dispose();
        _log.Open("open", new() { Topics = [_topic] });
        var closed = _bench.Clock.GetUtcNow();
        _log.TakeSnapshot();
        _bench.Clock.Advance(TimeSpan.FromHours(1));
        var recovered = Recover();
        recovered.FinishRecovery();
        Assert.Equal(
            [closed.UtcTicks, _bench.Clock.GetUtcNow().UtcTicks],
            recovered.State.Consumers.ToArray().Select(consumer => consumer.ClosedAt!.Value));
        Assert.DoesNotContain(recovered.State.ConsumerStatus(), status => status.IsOpen);
        _bench.Clock.Advance(TimeSpan.FromHours(23));
        var group = recovered.CreateGroup();
        Assert.True(recovered.State.TakeOrphans(group));
        Assert.Equal("closed", Assert.IsType<ConsumerAbandonment>(group.Events.Single()).Consumer.Name);
        group.Dispose();
    }

    [Fact]
    public void A_release_that_happened_before_the_snapshot_does_nothing_when_it_is_replayed()
    {
        var consumer = _log.Open("file", new() { Topics = [_topic], OnFull = OnFull.DropOldest, MaxLag = 50 });
        Append(5, records: 1);
        _log.State.DropBeyondLimits();
        var dropped = consumer.DroppedRecords(_topic);
        Assert.Equal(4, dropped);
        _log.TakeSnapshot();
        _log.WriteReleases();
        var recovered = Recover();
        Assert.Equal(0, recovered.FinishRecovery());
        Assert.Equal((dropped, 1), (recovered.State.Consumers[0].TotalDropped, recovered.State.Consumers[0].HeldEntries));
    }

    [Fact]
    public void An_entry_that_cannot_be_read_is_passed_on_as_corrupt_without_bytes()
    {
        var consumer = _log.Open("file", new() { Topics = [_topic] });
        var first = Append(2, records: 3);
        _log.Segments.Single().IsDamaged = true;
        Assert.True(consumer.TryRead(_buffer, out var entry));
        Assert.Equal(new JournalEntry(_topic, first, 3, 0, 0, 0) { IsCorrupt = true }, entry);
        Assert.Equal(0, _buffer.Length);
        _log.Segments.Single().IsDamaged = false;
        Assert.True(consumer.TryRead(_buffer, out entry));
        Assert.False(entry.IsCorrupt);
        Assert.Equal(first.Plus(3), entry.FirstRecord);
    }

    [Fact]
    public void What_was_admitted_counts_towards_the_limit_until_it_is_applied_or_refused()
    {
        _log.Open("file", new() { Topics = [_topic], MaxLag = 100 });
        var group = Group(records: 1, length: 50);
        Assert.Null(_log.State.FindAtLimit(group));
        _log.State.Admit(group);
        Assert.Equal("file", _log.State.FindAtLimit(group)?.Name);
        _log.State.Unadmit(group);
        Assert.Null(_log.State.FindAtLimit(group));
        group.Dispose();
    }

    [Fact]
    public void A_name_that_is_reserved_is_nobody_elses_until_it_is_let_go()
    {
        var consumer = _log.State.Reserve("file", new() { Topics = [_topic] });
        Assert.Throws<InvalidOperationException>(() => _log.State.Reserve("file", new() { Topics = [_topic] }));
        Assert.Throws<InvalidOperationException>(() => _log.State.ReserveForRemoval("file"));
        _log.State.Unreserve(consumer);
        Assert.Same(consumer, _log.State.ReserveForRemoval("file"));
        Assert.Throws<InvalidOperationException>(() => _log.State.Reserve("file", new() { Topics = [_topic] }));
    }

    public void Dispose()
    {
        _buffer.Dispose();
        _bench.Dispose();
    }

    private ListLog Recover()
    {
        var recovered = _log.Recover();
        _bench.Own(recovered.State);
        return recovered;
    }

    private LogGroup Group(int records, int length)
    {
        var group = _log.CreateGroup();
        group.BeginEntry(_topic).Write(new byte[length]);
        group.EndEntry(records);
        return group;
    }

    /// <summary>Appends groups of one entry.</summary>
    /// <returns>The first record.</returns>
    private RecordId Append(int groups, int records)
    {
        var first = _log.State.End;
        for (var i = 0; i < groups; i++)
        {
            _log.Commit(Group(records, length: 20));
        }

        return first;
    }

    private void Settle(LogConsumer consumer, RecordId cursor)
    {
        var group = _log.CreateGroup();
        group.SetCursor(consumer, cursor);
        _log.Commit(group);
    }
}
