using System.Numerics;

namespace Sluice.Load.Ids;

/// <summary>The numbers of one run's records, one bit each. Thread-safe.</summary>
public sealed class IdSet
{
    /// <summary>Numbers are below this.</summary>
    public const long MaxSequence = (long)PageCount * PageBits;

    private const int PageWords = 1 << 14;
    private const int PageBits = PageWords * 64;
    private const int PageCount = 1 << 14;
    private const long FileMagic = 0x3153_4449_4543_554C; // LUCEIDS1
    private readonly ulong[]?[] _pages = new ulong[PageCount][];
    private long _doubled;

    /// <summary>Makes an empty set.</summary>
    /// <param name="run">The run whose records these are.</param>
    public IdSet(int run) => Run = run;

    /// <summary>The run whose records these are.</summary>
    public int Run { get; }

    /// <summary>Records that were added again.</summary>
    public long Doubled => Interlocked.Read(ref _doubled);

    /// <summary>Distinct records. Counts all of them: not for every request.</summary>
    public long Count => _pages.Sum(page => page is null ? 0 : Ones(page));

    /// <summary>Adds a record.</summary>
    /// <returns>False when it was there; then it counts as doubled.</returns>
    public bool Add(long sequence)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)sequence, (ulong)MaxSequence, nameof(sequence));
        var page = Page((int)(sequence / PageBits));
        var bit = 1UL << (int)(sequence % 64);
        if ((Interlocked.Or(ref page[(int)(sequence % PageBits / 64)], bit) & bit) == 0)
        {
            return true;
        }

        Interlocked.Increment(ref _doubled);
        return false;
    }

    /// <summary>Adds records with successive numbers.</summary>
    public void AddRange(long first, int count)
    {
        for (var i = 0; i < count; i++)
        {
            Add(first + i);
        }
    }

    /// <summary>How many of these another set lacks.</summary>
    public long CountMissingIn(IdSet other)
    {
        var missing = 0L;
        for (var i = 0; i < PageCount; i++)
        {
            if (_pages[i] is { } page)
            {
                var others = other._pages[i];
                missing += others is null ? Ones(page) : page.Select((word, at) => (long)BitOperations.PopCount(word & ~others[at])).Sum();
            }
        }

        return missing;
    }

    /// <summary>Writes it into a file, 128 KiB for each million records.</summary>
    public void Save(string path)
    {
        using var writer = new BinaryWriter(File.Create(path));
        writer.Write(FileMagic);
        writer.Write(Run);
        writer.Write(Doubled);
        for (var i = 0; i < PageCount; i++)
        {
            if (_pages[i] is { } page)
            {
                writer.Write(i);
                foreach (var word in page)
                {
                    writer.Write(word);
                }
            }
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is no such file.</exception>
    public static IdSet Load(string path)
    {
        using var reader = new BinaryReader(File.OpenRead(path));
        var end = reader.BaseStream.Length;
        try
        {
            if (reader.ReadInt64() != FileMagic)
            {
                throw new InvalidDataException($"{path} is not a file of record ids.");
            }

            var set = new IdSet(reader.ReadInt32()) { _doubled = reader.ReadInt64() };
            while (reader.BaseStream.Position < end)
            {
                var page = set.Page(reader.ReadInt32());
                for (var i = 0; i < page.Length; i++)
                {
                    page[i] = reader.ReadUInt64();
                }
            }

            return set;
        }
        catch (EndOfStreamException exception)
        {
            throw new InvalidDataException($"{path} ends too early.", exception);
        }
    }

    private static long Ones(ulong[] page) => page.Sum(word => (long)BitOperations.PopCount(word));

    private ulong[] Page(int index)
    {
        if (Volatile.Read(ref _pages[index]) is { } page)
        {
            return page;
        }

        var made = new ulong[PageWords];
        return Interlocked.CompareExchange(ref _pages[index], made, null) ?? made;
    }
}
