using System.Text;
using Sluice.Journal;
using Sluice.Runtime.Delivery;
using Sluice.Testing;
using Sluice.Testing.Components;

namespace Sluice.Runtime.Tests.Delivery;

public sealed class SettlementTrackerTests
{
    [Fact]
    public async Task Any_order_of_settling_and_splitting_moves_the_cursor_behind_the_longest_settled_prefix()
    {
        await using var bench = new ComponentWorkbench();
        var topic = bench.Journal.OpenTopic("logs");
        var random = new Random(RandomSeed.Value);
        for (var number = 0; number < 500; number++)
        {
            var tracker = new SettlementTracker();
            var progress = new SettlementProgress();
            var units = new List<(SettlementUnit Unit, ulong Start)>();
            var settled = new SortedSet<ulong>();
            ulong end = 0;
            while (settled.Count < (int)end || end < 40)
            {
                var dice = random.Next(3);
                if (dice == 0 && end < 40)
                {
                    var start = end;
                    end += (ulong)random.Next(1, 6);
                    units.Add((tracker.Add(topic, new RecordId(1, end), (int)(end - start)), start));
                }
                else if (units.Count > 0)
                {
                    var index = random.Next(units.Count);
                    var (unit, start) = units[index];
                    if (dice == 1 && unit.Records > 1)
                    {
                        var keep = random.Next(1, unit.Records);
                        var rest = tracker.Split(unit, keep, new RecordId(1, start + (ulong)keep));
                        units.Add((rest, start + (ulong)keep));
                    }
                    else
                    {
                        units.RemoveAt(index);
                        tracker.Settle(unit, new SettlementTally(unit.Records, 0, 0, 0));
                        for (var i = 0; i < unit.Records; i++)
                        {
                            settled.Add(start + (ulong)i);
                        }
                    }
                }

                var prefix = (ulong)settled.TakeWhile((record, position) => record == (ulong)position).Count();
                var any = tracker.TryAdvance(progress);
                Assert.Equal(prefix > 0, any);
                Assert.Equal(prefix, any ? progress.Cursor.Sequence : 0);
                Assert.Equal((long)prefix, any ? progress.Tallies[topic].Delivered : 0);
            }
        }
    }

    [Fact]
    public async Task A_run_cannot_be_settled_twice_or_in_part()
    {
        await using var bench = new ComponentWorkbench();
        var tracker = new SettlementTracker();
        var unit = tracker.Add(bench.Journal.OpenTopic("logs"), new RecordId(1, 3), 3);
        Assert.Throws<InvalidOperationException>(() => tracker.Settle(unit, new SettlementTally(2, 0, 0, 0)));
        tracker.Settle(unit, new SettlementTally(1, 1, 1, 0));
        Assert.Throws<InvalidOperationException>(() => tracker.Settle(unit, new SettlementTally(1, 1, 1, 0)));
    }

    [Fact]
    public async Task The_last_state_before_the_cursor_is_the_one_that_is_committed()
    {
        await using var bench = new ComponentWorkbench();
        var topic = bench.Journal.OpenTopic("logs");
        var tracker = new SettlementTracker();
        var progress = new SettlementProgress();
        var parts = Enumerable.Range(1, 4).Select(i => new DeliveryPart(tracker.Add(topic, new RecordId(1, (ulong)i), 1), null!)).ToArray();
        SettlementTally[] tallies = [new(1, 0, 0, 0), new(1, 0, 0, 0)];

        tracker.Settle(parts[..2], tallies, "first"u8.ToArray());
        tracker.Settle(parts[2..], tallies, state: null);
        Assert.True(tracker.TryAdvance(progress));
        Assert.Equal(("first", 4UL), (Encoding.UTF8.GetString(progress.State!.Value.Span), progress.Cursor.Sequence));
        progress.Clear();
        Assert.False(tracker.TryAdvance(progress));
    }
}
