using System.Text.Json;

namespace Sluice.Components.Exporters.ElasticsearchExporter;

/// <summary>What a cluster says it is.</summary>
/// <param name="IsOpenSearch">OpenSearch; otherwise Elasticsearch.</param>
/// <param name="Version">The version, of which the first two numbers count.</param>
internal sealed record ClusterProduct(bool IsOpenSearch, Version Version)
{
    /// <summary>What is taken for granted where it may not be asked.</summary>
    public static ClusterProduct Assumed { get; } = new(false, new Version(8, 0));

    /// <summary>Whether actions of bulk requests may name dynamic templates.</summary>
    public bool HasDynamicTemplates => !IsOpenSearch && Version >= new Version(7, 13);

    /// <summary>Whether the parameter <c>include_source_on_error</c> is known.</summary>
    public bool HasSourceOnError => !IsOpenSearch && Version >= new Version(8, 18);

    /// <summary>Whether it has time-series data streams.</summary>
    public bool HasTimeSeries => !IsOpenSearch && Version >= new Version(8, 1);

    /// <summary>Why documents cannot be stored there; null when they can.</summary>
    public string? Fault => !IsOpenSearch && Version < new Version(7, 9)
        ? $"it is {this}, which has no data streams: 7.17 or later is needed"
        : null;

    /// <summary>Reads the answer to <c>GET /</c>; null when it is none.</summary>
    public static ClusterProduct? Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("version"u8, out var version) || version.ValueKind != JsonValueKind.Object
                || !version.TryGetProperty("number"u8, out var number) || number.ValueKind != JsonValueKind.String)
            {
                return null;
            }

            // A number may have a part such as -SNAPSHOT behind it.
            var text = number.GetString()!.Split('-')[0];
            var isOpenSearch = version.TryGetProperty("distribution"u8, out var distribution) && distribution.ValueEquals("opensearch"u8);
            return Version.TryParse(text, out var parsed) ? new ClusterProduct(isOpenSearch, new Version(parsed.Major, parsed.Minor)) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{(IsOpenSearch ? "OpenSearch" : "Elasticsearch")} {Version}";
}
