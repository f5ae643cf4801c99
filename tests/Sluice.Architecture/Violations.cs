namespace Sluice.Architecture;

/// <summary>Fails a test with all offenders, one per line.</summary>
internal static class Violations
{
    public static void None<T>(IEnumerable<T> found)
    {
        var all = found.ToList();
        Assert.True(all.Count == 0, $"{all.Count} violations:\n{string.Join('\n', all)}");
    }
}
