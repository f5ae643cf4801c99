using System.Collections.Concurrent;
using System.Text;

namespace Sluice.Telemetry.Encoders.Elasticsearch;

/// <summary>All targets of one exporter, each as one object, so that what is learned of it holds for all its workers. Thread-safe.</summary>
public sealed class DocumentTargets
{
    /// <summary>Bytes of a dataset or namespace (Elastic Common Schema, data stream fields).</summary>
    private const int LongestPart = 100;

    /// <summary>More than one cluster has; names out of attributes without bound are not kept for ever.</summary>
    private const int Retained = 10_000;

    private const string NotInNamespaces = "\\/*?\"<>| ,#:";
    private const string NotInDatasets = "-" + NotInNamespaces;

    private readonly ConcurrentDictionary<string, DocumentTarget> _targets = new(StringComparer.Ordinal);

    /// <summary>The target of a name that is taken as it is.</summary>
    public DocumentTarget Named(string name) => Get(name, "", "", "");

    /// <summary>The data stream <c>type-dataset-namespace</c>, with what may not stand in the parts replaced.</summary>
    internal DocumentTarget DataStream(string type, string dataset, string @namespace, DocumentMapping mapping)
    {
        dataset = Sanitize(dataset, NotInDatasets, mapping == DocumentMapping.Otel ? ".otel" : "");
        @namespace = Sanitize(@namespace, NotInNamespaces, "");
        return Get($"{type}-{dataset}-{@namespace}", type, dataset, @namespace);
    }

    private DocumentTarget Get(string name, string type, string dataset, string @namespace)
    {
        // By its parts: a static index may have the name of a data stream, without its documents saying so.
        var key = $"{type}/{dataset}/{@namespace}/{name}";
        if (_targets.TryGetValue(key, out var known))
        {
            return known;
        }

        if (_targets.Count >= Retained)
        {
            _targets.Clear();
        }

        return _targets.GetOrAdd(key, new DocumentTarget(name, type, dataset, @namespace));
    }

    private static string Sanitize(string part, string disallowed, string suffix)
    {
        var text = new StringBuilder();
        var bytes = suffix.Length;
        foreach (var rune in part.EnumerateRunes())
        {
            var kept = rune.IsAscii && disallowed.Contains((char)rune.Value, StringComparison.Ordinal) ? new Rune('_') : Rune.ToLowerInvariant(rune);
            bytes += kept.Utf8SequenceLength;
            if (bytes > LongestPart)
            {
                break;
            }

            text.Append(kept.ToString());
        }

        return text.Append(suffix).ToString();
    }
}
