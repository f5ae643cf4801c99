using System.Buffers;

namespace Sluice.Components.Receivers.ElasticsearchReceiver.Documents;

/// <summary>Names of indices and data streams.</summary>
internal static class IndexName
{
    private const int LongestName = 255;

    private static readonly SearchValues<byte> Forbidden = SearchValues.Create(
        [.. "\\/*?\"<>| ,#:"u8, .. "ABCDEFGHIJKLMNOPQRSTUVWXYZ"u8, .. Enumerable.Range(0, 32).Select(i => (byte)i), 0x7F]);

    private static readonly NameTable<bool> StreamTypes = new(
        [.. new[] { "logs", "metrics", "traces", "synthetics", "profiling" }.Select(type => KeyValuePair.Create(type, true))]);

    /// <summary>What is wrong with a name by the rules of Elasticsearch; null when it can be one.</summary>
    /// <param name="name">UTF-8.</param>
    public static string? FindFault(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty)
        {
            return "it is empty";
        }

        if (name.Length > LongestName)
        {
            return "it is longer than 255 bytes";
        }

        if (name.IndexOfAny(Forbidden) >= 0)
        {
            return "it has a character that names must not have: an upper-case letter, white space, or one of \\ / * ? \" < > | , # :";
        }

        if (name[0] is (byte)'_' or (byte)'-' or (byte)'+')
        {
            return "it begins with _, - or +";
        }

        return name.SequenceEqual("."u8) || name.SequenceEqual(".."u8) ? "it is . or .." : null;
    }

    /// <summary>Splits the name of a data stream, <c>type-dataset-namespace</c>.</summary>
    /// <returns>False for a name of another form.</returns>
    public static bool TrySplit(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> type, out ReadOnlySpan<byte> dataset, out ReadOnlySpan<byte> @namespace)
    {
        dataset = @namespace = type = default;
        var first = name.IndexOf((byte)'-');
        if (first < 0 || !StreamTypes.TryGet(name[..first], out _))
        {
            return false;
        }

        type = name[..first];
        var rest = name[(first + 1)..];
        var second = rest.IndexOf((byte)'-');
        if (second <= 0)
        {
            return false;
        }

        dataset = rest[..second];
        @namespace = rest[(second + 1)..];
        return !@namespace.IsEmpty && !@namespace.Contains((byte)'-');
    }
}
