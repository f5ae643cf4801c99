namespace Sluice.Components.Receivers.ElasticsearchReceiver.Documents;

/// <summary>What loggers call levels, and their severity numbers (OpenTelemetry Logs Data Model, appendix B).</summary>
internal static class LogLevels
{
    private const int LongestName = 16;

    private static readonly NameTable<byte> Numbers = new(
    [
        .. Each(1, "trace", "finest", "verbose", "silly"),
        .. Each(5, "debug", "dbug", "fine"),
        .. Each(9, "info", "information", "informational", "default"),
        .. Each(10, "notice"),
        .. Each(13, "warn", "warning"),
        .. Each(17, "error", "err", "eror", "severe"),
        .. Each(18, "critical", "crit"),
        .. Each(19, "alert"),
        .. Each(21, "fatal", "emergency", "emerg", "panic"),
    ]);

    /// <summary>The number of a level, whatever its case; 0 for one that is not known.</summary>
    public static int NumberOf(ReadOnlySpan<byte> name)
    {
        if (name.Length > LongestName)
        {
            return 0;
        }

        Span<byte> lower = stackalloc byte[LongestName];
        for (var i = 0; i < name.Length; i++)
        {
            lower[i] = name[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(name[i] | 0x20) : name[i];
        }

        return Numbers.TryGet(lower[..name.Length], out var number) ? number : 0;
    }

    private static IEnumerable<KeyValuePair<string, byte>> Each(byte number, params string[] names) => names.Select(name => KeyValuePair.Create(name, number));
}
