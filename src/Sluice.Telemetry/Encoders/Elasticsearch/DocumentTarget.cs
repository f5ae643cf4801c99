using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Sluice.Telemetry.Encoders.Elasticsearch;

/// <summary>One index, alias or data stream that documents go to, and what is known of it. Thread-safe.</summary>
public sealed class DocumentTarget
{
    /// <summary>Bytes of a name (Elasticsearch, "Create index", path parameters).</summary>
    private const int LongestName = 255;

    private static readonly SearchValues<char> Forbidden = SearchValues.Create("\\/*?\"<>| ,#:");

    private volatile bool _isTimeSeries;

    internal DocumentTarget(string name, string type, string dataset, string @namespace)
    {
        (Name, Type) = (name, type);
        Fault = FindFault(name);
        (TypeText, DatasetText, NamespaceText) = (Encoding.UTF8.GetBytes(type), Encoding.UTF8.GetBytes(dataset), Encoding.UTF8.GetBytes(@namespace));
        ActionStart = Encoding.UTF8.GetBytes($$$"""{"create":{"_index":{{{Quote(name)}}}""");
        DataStream = type.Length == 0
            ? []
            : Encoding.UTF8.GetBytes($$$"""
                "data_stream":{"type":{{{Quote(type)}}},"dataset":{{{Quote(dataset)}}},"namespace":{{{Quote(@namespace)}}}}
                """);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>What makes it a name that no index can have; null when nothing does.</summary>
    public string? Fault { get; }

    /// <summary>
    /// It is a time-series data stream, as its refusals of our ids have shown: documents there have ids made from their dimensions and time.
    /// </summary>
    public bool IsTimeSeries
    {
        get => _isTimeSeries;
        set => _isTimeSeries = value;
    }

    /// <summary>The type of a data stream that was put together by the naming scheme; empty otherwise.</summary>
    internal string Type { get; }

    internal byte[] TypeText { get; }

    internal byte[] DatasetText { get; }

    internal byte[] NamespaceText { get; }

    /// <summary>The line of an action as far as it is the same for all documents.</summary>
    internal byte[] ActionStart { get; }

    /// <summary>The member <c>data_stream</c> of documents; empty when it is none.</summary>
    internal byte[] DataStream { get; }

    /// <summary>Finds what the API refuses in names, or would take for several of them.</summary>
    public static string? FindFault(string name) => name switch
    {
        "" => "an empty name",
        "." or ".." => "a name of dots only",
        _ when name[0] is '-' or '_' or '+' => "a name that begins with -, _ or +",
        _ when name.AsSpan().ContainsAny(Forbidden) => "a name with one of \\ / * ? \" < > | , # : or a space",
        _ when !string.Equals(name, name.ToLowerInvariant(), StringComparison.Ordinal) => "a name with capital letters",
        _ when Encoding.UTF8.GetByteCount(name) > LongestName => $"a name longer than {LongestName} bytes",
        _ => null,
    };

    private static string Quote(string text) => JsonSerializer.Serialize(text);
}
