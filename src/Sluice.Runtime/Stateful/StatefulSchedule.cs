using System.Buffers.Binary;
using Sluice.Journal;

namespace Sluice.Runtime.Stateful;

/// <summary>When a connector gives out next, in nanoseconds since 1970. Kept with its state, so that a restart goes on in the same step.</summary>
internal sealed class StatefulSchedule(JournalTable table, ReadOnlyMemory<byte> key, TimeSpan interval)
{
    /// <summary>When it is next; null before the first record.</summary>
    public long? Due { get; private set; }

    private long IntervalNano => interval.Ticks * TimeSpan.NanosecondsPerTick;

    public void Restore()
    {
        if (table.TryGet(key.Span, out var value) && value.Length == sizeof(long))
        {
            Due = BinaryPrimitives.ReadInt64LittleEndian(value.Span);
        }
    }

    /// <summary>Begins with the first record.</summary>
    public void Begin(long receivedUnixNano) => Due ??= receivedUnixNano + IntervalNano;

    /// <summary>Whether it is time.</summary>
    /// <param name="unixNano">The time of a record, or of the clock.</param>
    public bool IsDue(long unixNano) => Due <= unixNano;

    /// <summary>Steps behind a time, over steps in which nothing came.</summary>
    public void Advance(long unixNano)
    {
        if (Due is { } due && due <= unixNano)
        {
            Due = due + (((unixNano - due) / IntervalNano) + 1) * IntervalNano;
        }
    }

    /// <summary>A clock that was set back would hold everything up: then it begins anew.</summary>
    /// <returns>Whether it did.</returns>
    public bool Correct(long nowUnixNano)
    {
        var isSetBack = Due is { } due && SetBack.Explains(due, nowUnixNano, interval);
        Due = isSetBack ? nowUnixNano + IntervalNano : Due;
        return isSetBack;
    }

    public void WriteTo(JournalGroup group)
    {
        if (Due is { } due)
        {
            Span<byte> value = stackalloc byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(value, due);
            group.Put(table, key.Span, value);
        }
    }
}
