using System.Globalization;

namespace Sluice.Standins.Elasticsearch;

/// <summary>Which product and version the stand-in behaves like.</summary>
/// <param name="Product">The product.</param>
/// <param name="Number">Its version: major, minor and patch.</param>
public sealed record StandinVersion(StandinProduct Product, Version Number)
{
    /// <summary>Elasticsearch 7.17, the last of 7.</summary>
    public static StandinVersion Elasticsearch7 { get; } = new(StandinProduct.Elasticsearch, new Version(7, 17, 29));

    /// <summary>Elasticsearch 8.19, the last of 8.</summary>
    public static StandinVersion Elasticsearch8 { get; } = new(StandinProduct.Elasticsearch, new Version(8, 19, 8));

    /// <summary>Elasticsearch 9.</summary>
    public static StandinVersion Elasticsearch9 { get; } = new(StandinProduct.Elasticsearch, new Version(9, 2, 1));

    /// <summary>OpenSearch 2.</summary>
    public static StandinVersion OpenSearch2 { get; } = new(StandinProduct.OpenSearch, new Version(2, 19, 3));

    /// <summary>OpenSearch 3.</summary>
    public static StandinVersion OpenSearch3 { get; } = new(StandinProduct.OpenSearch, new Version(3, 3, 2));

    /// <summary>The major version.</summary>
    public int Major => Number.Major;

    /// <summary>Whether it is OpenSearch.</summary>
    public bool IsOpenSearch => Product == StandinProduct.OpenSearch;

    /// <summary>Whether documents have types in answers, and errors of parsing their old name: Elasticsearch 7 and what came from it.</summary>
    public bool IsSeven => Product == StandinProduct.Elasticsearch && Major == 7;

    /// <summary>The type of errors about documents that do not fit the mapping.</summary>
    public string ParsingException => IsOpenSearch || IsSeven ? "mapper_parsing_exception" : "document_parsing_exception";

    /// <summary>Whether it knows time-series indices.</summary>
    public bool HasTimeSeries => Product == StandinProduct.Elasticsearch && Major >= 8;

    /// <summary>Reads <c>elasticsearch-8.19.8</c> or <c>opensearch-3.3.2</c>.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static StandinVersion Parse(string text)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        return dash > 0 && Enum.TryParse<StandinProduct>(text[..dash], ignoreCase: true, out var product) && Version.TryParse(text[(dash + 1)..], out var number) && number.Build >= 0
            ? new StandinVersion(product, number)
            : throw new FormatException($"'{text}' is not a product and a version such as elasticsearch-8.19.8 or opensearch-3.3.2.");
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Product.ToString().ToLowerInvariant()}-{Number}");
}
