namespace Sluice.Standins.Elasticsearch.Mapping;

/// <summary>What values of a type are, whatever its name.</summary>
internal enum FieldKind
{
    /// <summary>One term: keyword and its kin.</summary>
    Keyword,

    /// <summary>Analysed text: searchable by words, neither sortable nor aggregatable.</summary>
    Text,

    /// <summary>Whole numbers.</summary>
    Integer,

    /// <summary>Floating-point numbers.</summary>
    Decimal,

    /// <summary>Instants, in milliseconds.</summary>
    Date,

    /// <summary>Instants, in nanoseconds.</summary>
    DateNanos,

    /// <summary>True and false.</summary>
    Boolean,

    /// <summary>Addresses.</summary>
    Ip,

    /// <summary>Base64, stored only.</summary>
    Binary,

    /// <summary>A whole object whose leaves are keywords.</summary>
    Flattened,

    /// <summary>Points, stored only here.</summary>
    GeoPoint,

    /// <summary>Pre-aggregated: values and counts.</summary>
    Histogram,

    /// <summary>Pre-aggregated: minimum, maximum, sum and count.</summary>
    AggregateMetric,

    /// <summary>Another name of a field.</summary>
    Alias,
}
