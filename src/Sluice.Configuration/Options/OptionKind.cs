namespace Sluice.Configuration;

/// <summary>How the value of an option is written.</summary>
public enum OptionKind
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A number with or without decimals.</summary>
    Number,

    /// <summary>A Go duration.</summary>
    Duration,

    /// <summary>A size in bytes with a unit.</summary>
    Size,

    /// <summary>One of fixed names.</summary>
    Choice,

    /// <summary>Confidential text.</summary>
    Secret,

    /// <summary>A scalar with a notation of its own, such as an endpoint.</summary>
    Parsed,

    /// <summary>A list of values of one type.</summary>
    List,

    /// <summary>A map from free names to values of one type.</summary>
    Map,

    /// <summary>A map with declared keys.</summary>
    Record,

    /// <summary>Any YAML, interpreted by the component.</summary>
    Any,
}
