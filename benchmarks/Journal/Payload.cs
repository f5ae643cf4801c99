namespace Sluice.Journal.Benchmarks;

/// <summary>What is written: groups of one entry, as a request of a hundred records becomes one.</summary>
internal static class Payload
{
    public const int Records = 100;

    public const int Size = 30 << 10;

    /// <summary>Bytes of an entry. They do not repeat, so that a file system that compresses gains nothing.</summary>
    public static byte[] Create(int seed = 1)
    {
        var bytes = new byte[Size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
