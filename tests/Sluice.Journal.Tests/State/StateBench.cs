using System.Buffers;
using Sluice.Buffers;
using Sluice.Testing;

namespace Sluice.Journal.Tests.State;

/// <summary>States with some names, and the groups that go with them. Disposing it fails the test if a buffer leaked.</summary>
internal sealed class StateBench : IDisposable
{
    private readonly List<JournalState> _states = [];

    public BufferPool Pool { get; } = new(new() { Tracking = true });

    public ManualTimeProvider Clock { get; } = new();

    /// <summary>An empty state in its first epoch.</summary>
    public JournalState New()
    {
        var state = new JournalState(Pool, Clock, TimeSpan.FromDays(1));
        Own(state);
        state.BeginEpoch(0);
        return state;
    }

    /// <summary>Closes a state with the bench.</summary>
    public void Own(JournalState state) => _states.Add(state);

    /// <summary>A state with three topics, two tables, two counters and three consumers.</summary>
    public JournalState NewWithNames()
    {
        var state = New();
        foreach (var name in new[] { "logs", "traces", "métriques" })
        {
            state.OpenTopic(name);
        }

        state.OpenTable("rows");
        state.OpenTable("ids");
        state.OpenCounter("accepted");
        state.OpenCounter("filtered");
        foreach (var name in new[] { "file", "elastic", "kafka" })
        {
            state.Unreserve(state.Reserve(name, new JournalConsumerOptions { Topics = [] }));
        }

        return state;
    }

    /// <summary>A group with any parts.</summary>
    public static LogGroup RandomGroup(JournalState state, Random random)
    {
        var group = state.Groups.Take();
        for (var i = random.Next(8); i > 0; i--)
        {
            var consumer = state.Consumers[random.Next(state.Consumers.Length)];
            var table = state.Tables[random.Next(state.Tables.Length)];
            switch (random.Next(9))
            {
                case 0:
                    group.OpenConsumer(
                        consumer,
                        [.. state.Topics.ToArray().Where(_ => random.Next(2) == 0)],
                        (StartAt)random.Next(2),
                        Id(random),
                        random.Next(2) == 0 ? Id(random) : null,
                        (OnFull)random.Next(2),
                        random.Next(2) == 0 ? random.NextInt64(1, long.MaxValue) : null);
                    break;
                case 1:
                    group.RemoveConsumer(consumer);
                    break;
                case 2:
                    group.AbandonConsumer(consumer);
                    break;
                case 3:
                    group.LetGo(consumer, Id(random), Id(random));
                    break;
                case 4:
                    group.LimitTable(table, random.Next(1, int.MaxValue), random.Next(2) == 0 ? random.NextInt64(1, long.MaxValue) : long.MaxValue);
                    break;
                case 5:
                    group.MoveCursor(consumer, Id(random));
                    break;
                case 6:
                    group.Change(table, Bytes(random), Bytes(random), isDelete: false);
                    break;
                case 7:
                    group.Change(table, Bytes(random), [], isDelete: true);
                    break;
                default:
                    group.AddDelta(state.Counters[random.Next(state.Counters.Length)], random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64));
                    break;
            }
        }

        return group;
    }

    public static byte[] Write(LogGroup group, JournalState state, ref DefinedNames defined, long nowTicks)
    {
        var output = new ArrayBufferWriter<byte>();
        GroupCodec.Write(group, state, ref defined, nowTicks, output);
        return output.WrittenSpan.ToArray();
    }

    public void Dispose()
    {
        foreach (var state in _states)
        {
            state.Groups.Close();
        }

        Pool.Dispose();
    }

    private static RecordId Id(Random random) =>
        new((ulong)random.NextInt64() >> random.Next(64), (ulong)random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64));

    private static byte[] Bytes(Random random)
    {
        var bytes = new byte[random.Next(200)];
        random.NextBytes(bytes);
        return bytes;
    }
}
