namespace Sluice.Journal;

/// <summary>One open file of the journal. Reads may run beside each other and beside writes to other ranges.</summary>
internal abstract class JournalFile(string name) : IDisposable
{
    /// <summary>Its name in the directory.</summary>
    public string Name { get; } = name;

    private long _length;

    /// <summary>
    /// Its length in bytes: what it was at the opening, or where the furthest write since ended. Known without asking the disk, so that it
    /// can be asked for where nothing may fail.
    /// </summary>
    public long Length
    {
        get => Interlocked.Read(ref _length);
        protected set => Interlocked.Exchange(ref _length, value);
    }

    /// <summary>Writes all of <paramref name="bytes"/>, or throws with any part of them written.</summary>
    public abstract void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Reads until <paramref name="destination"/> is full or the file ends.</summary>
    /// <returns>Bytes read.</returns>
    public abstract int Read(long offset, Span<byte> destination);

    /// <summary>
    /// Makes everything written before durable. After a failure nothing is known of any of it, whatever a second call would say.
    /// </summary>
    public abstract void Flush();

    /// <inheritdoc/>
    public abstract void Dispose();
}
