using Sluice.Testing;

namespace Sluice.Journal.Tests;

public sealed class AllocationTests
{
    [Fact]
    public async Task Committing_reading_and_settling_allocate_nothing_in_steady_state()
    {
        await using var host = new JournalFixture(new() { MaxSize = 4 << 20, MaxGroupSize = 1 << 20 }, tracking: false);
        var first = host.Open("first", host.Topic, host.Other);
        var second = host.Open("second", host.Topic);
        var counter = host.Journal.OpenCounter("delivered");
        var payload = new byte[30_000];
        var groups = 0;

        // Each run goes through several segments.
        Assert.Equal(0, Allocations.Least(() => Run(500)));
        Assert.Equal(groups * 100, counter.Value);

        void Run(int rounds)
        {
            for (var i = 0; i < rounds; i++)
            {
                groups++;
                var group = host.Journal.CreateGroup();
                group.SetContext("tenant"u8);
                group.BeginEntry(host.Topic).Write(payload);
                group.EndEntry(100);
                Commit(group);
                var settle = host.Journal.CreateGroup();
                settle.SetCursor(first, Read(first));

                // A backlog of some segments, so that they come and go.
                if (i % 50 == 49)
                {
                    settle.SetCursor(second, host.Journal.DurableEnd);
                }

                settle.Add(counter, 100);
                Commit(settle);
            }
        }

        RecordId Read(IJournalConsumer consumer)
        {
            host.Buffer.Clear();
            return consumer.TryRead(host.Buffer, out var entry) ? entry.End : throw new InvalidOperationException("nothing to read");
        }

        void Commit(JournalGroup group)
        {
            var commit = host.Journal.CommitAsync(group);
            if (!commit.IsCompletedSuccessfully || !commit.GetAwaiter().GetResult().Committed)
            {
                throw new InvalidOperationException("not committed at once");
            }
        }
    }
}
