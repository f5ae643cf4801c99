namespace Sluice.Load.Content;

/// <summary>A request that is encoded once and made another by what is written over it. For one thread at a time.</summary>
public interface ILoadTemplate
{
    /// <summary>Records in it.</summary>
    int Records { get; }

    /// <summary>Header lines of its own, each with its end; always of the same length. Empty when there are none.</summary>
    ReadOnlyMemory<byte> Headers { get; }

    /// <summary>The body as it was filled last.</summary>
    ReadOnlyMemory<byte> Body { get; }

    /// <summary>Makes it the next request.</summary>
    /// <param name="run">The run.</param>
    /// <param name="first">The number of its first record; the others follow.</param>
    /// <param name="time">When its first record was, in nanoseconds since 1970.</param>
    void Fill(int run, long first, ulong time);
}
