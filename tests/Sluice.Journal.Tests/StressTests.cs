using System.Buffers.Binary;
using Sluice.Buffers;

namespace Sluice.Journal.Tests;

public sealed class StressTests
{
    private const int Committers = 4;
    private const int GroupsEach = 2_000;

    [Fact]
    public async Task Many_committers_and_readers_see_every_record_once_and_in_order()
    {
        // Small enough that committers wait for space again and again.
        await using var host = new JournalFixture(new() { MaxSize = 256 << 10, MaxGroupSize = 16 << 10, MaxWait = TimeSpan.FromMinutes(5) }, tracking: false);
        var counters = new[] { host.Journal.OpenCounter("logs"), host.Journal.OpenCounter("traces") };
        var both = host.Open("both", host.Topic, host.Other);
        var logs = host.Open("logs", host.Topic);
        var traces = host.Open("traces", host.Other);
        var finished = 0;

        var readers = new[] { both, logs, traces }
            .Select(consumer => Task.Run(() => ReadAsync(consumer)))
            .ToArray();
        var committing = Task.WhenAll(Enumerable.Range(0, Committers).Select(i => Task.Run(() => CommitAllAsync(i))));

        // A reader that failed reads no more, and the committers would wait for it.
        await await Task.WhenAny([committing, .. readers]);
        var ranges = await committing;
        Volatile.Write(ref finished, 1);
        await Sluice.Testing.Eventually.TrueAsync(
            () => both.Lag.Records + logs.Lag.Records + traces.Lag.Records == 0 || readers.Any(reader => reader.IsFaulted), "all is settled");
        await host.Journal.DisposeAsync();
        var seen = await Task.WhenAll(readers);

        // Ids are dense: sorted, each group begins where the one before it ended.
        var next = 0UL;
        foreach (var (first, count) in ranges.SelectMany(range => range).OrderBy(range => range.First.Sequence))
        {
            Assert.Equal(next, first.Sequence);
            next += (ulong)count;
        }

        Assert.Equal(counters.Sum(counter => counter.Value), (long)next);
        Assert.Equal([(long)next, counters[0].Value, counters[1].Value], seen);

        async Task<List<(RecordId First, int Count)>> CommitAllAsync(int committer)
        {
            var random = new Random(committer);
            var payload = new byte[4000];
            var result = new List<(RecordId, int)>();
            for (var i = 0; i < GroupsEach; i++)
            {
                var group = host.Journal.CreateGroup();
                for (var j = 0; j < 2; j++)
                {
                    var count = random.Next(1, 10);
                    var topic = random.Next(2);
                    BinaryPrimitives.WriteInt32LittleEndian(payload, count);
                    BinaryPrimitives.WriteInt32LittleEndian(payload.AsSpan(4), topic);
                    group.BeginEntry(topic == 0 ? host.Topic : host.Other).Write(payload.AsSpan(0, random.Next(8, payload.Length)));
                    group.EndEntry(count);
                    group.Add(counters[topic], count);
                }

                var records = group.RecordCount;
                var commit = await host.Journal.CommitAsync(group);
                Assert.True(commit.Committed, commit.Reason);
                result.Add((commit.FirstRecord, records));
            }

            return result;
        }

        async Task<long> ReadAsync(IJournalConsumer consumer)
        {
            using var buffer = new PooledBufferWriter(host.Pool, "stress reads");
            var position = default(RecordId);
            long records = 0;
            while (await consumer.WaitAsync(CancellationToken.None))
            {
                while (consumer.TryRead(buffer, out var entry))
                {
                    Assert.True(entry.FirstRecord >= position, "out of order");
                    Assert.Equal(entry.RecordCount, BinaryPrimitives.ReadInt32LittleEndian(buffer.WrittenSpan));
                    Assert.Equal(entry.Topic, BinaryPrimitives.ReadInt32LittleEndian(buffer.WrittenSpan[4..]) == 0 ? host.Topic : host.Other);
                    Assert.True(counters.Sum(counter => counter.Value) >= (long)entry.End.Sequence, "an entry was visible before its counters");
                    position = entry.End;
                    records += entry.RecordCount;
                    buffer.Clear();
                    var settle = host.Journal.CreateGroup();
                    settle.SetCursor(consumer, position);
                    Assert.True((await host.Journal.CommitAsync(settle, CommitKind.Internal)).Committed);
                    host.Journal.ReadTogether(() => JournalFixture.AssertBalanced(consumer));
                }
            }

            Assert.Equal(1, Volatile.Read(ref finished));
            return records;
        }
    }
}
