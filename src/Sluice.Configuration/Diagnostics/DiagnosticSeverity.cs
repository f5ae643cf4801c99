namespace Sluice.Configuration;

/// <summary>Whether a diagnostic stops the start.</summary>
public enum DiagnosticSeverity
{
    /// <summary>The configuration cannot be used.</summary>
    Error,

    /// <summary>It can be used, but something in it has no effect or another one than it seems; an error under <c>--strict</c>.</summary>
    Warning,
}
