namespace Sluice.Configuration;

/// <summary>What the YAML 1.2 core schema makes of a scalar.</summary>
public enum ScalarKind
{
    /// <summary>Empty, <c>~</c> or <c>null</c>.</summary>
    Null,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Bool,

    /// <summary>An integer: decimal, <c>0o</c> octal or <c>0x</c> hexadecimal.</summary>
    Int,

    /// <summary>A decimal number, <c>.inf</c> or <c>.nan</c>.</summary>
    Float,

    /// <summary>Anything else, and whatever is quoted.</summary>
    String,
}
