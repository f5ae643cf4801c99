using Sluice.Buffers;
using Sluice.Configuration;

namespace Sluice.Runtime.Graph;

/// <summary><c>service::journal</c>: limits of the journal, which this version keeps in memory.</summary>
public sealed record JournalServiceOptions : IValidatableOptions
{
    /// <summary>Bytes it may hold.</summary>
    [Option("Bytes it may hold; what exporters have not delivered counts.", Min = 1 << 20)]
    public ByteSize MaxSize { get; init; } = ByteSize.MiB(128);

    /// <summary>The largest group.</summary>
    [Option("The largest group: one request, once for every pipeline that takes it.", Min = 1 << 16, Max = 1 << 30)]
    public ByteSize MaxGroupSize { get; init; } = ByteSize.MiB(32);

    /// <summary>How long a request waits for space.</summary>
    [Option("How long a request waits for space before it is refused.", Min = 0, Max = 86400)]
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Memory of each exporter for what it has read and not settled.</summary>
    [Option("Memory of each exporter for what it has read and not yet settled.", Min = 1 << 16)]
    public ByteSize ConsumerWindow { get; init; } = ByteSize.MiB(32);

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        // The journal in memory keeps a twentieth for its own groups, and takes a large group in one piece of its pool.
        var room = MaxSize.Bytes - (MaxSize.Bytes / 20);
        var taken = BufferPool.CapacityFor((int)Math.Min(MaxGroupSize.Bytes, int.MaxValue));
        if (taken > room)
        {
            context.Error(
                "max_group_size",
                $"a group of {MaxGroupSize} takes {new ByteSize(taken)}, and of max_size, which is {MaxSize}, requests get {new ByteSize(room)}",
                "lower it, or raise max_size");
        }
    }
}
