namespace Sluice.Telemetry.Encoders.Elasticsearch;

/// <summary>Which of two fields of the same name stays: the one that says more of the record itself.</summary>
internal enum FieldRank : byte
{
    /// <summary>Worked out from others.</summary>
    Derived,

    /// <summary>An attribute of the resource.</summary>
    Resource,

    /// <summary>An attribute of the scope.</summary>
    Scope,

    /// <summary>An attribute of the record.</summary>
    Record,

    /// <summary>A field of the record.</summary>
    Own,
}
