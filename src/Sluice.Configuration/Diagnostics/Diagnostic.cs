namespace Sluice.Configuration;

/// <summary>One thing to say about a configuration.</summary>
/// <param name="Severity">Whether it stops the start.</param>
/// <param name="Position">The place, or null when there is none, as for a file that cannot be opened.</param>
/// <param name="Key">The path of the key as in <see cref="ConfigPath"/>; empty when it is about a whole source.</param>
/// <param name="Message">What is wrong. Never holds a secret, or text that came from the environment or a substituted file.</param>
/// <param name="Remedy">What would be right.</param>
public sealed record Diagnostic(DiagnosticSeverity Severity, SourcePosition? Position, string Key, string Message, string Remedy)
{
    /// <summary>One line: place, severity, key, what, remedy.</summary>
    public override string ToString() => DiagnosticFormatter.Format(this);
}
