namespace Sluice.Configuration;

/// <summary>
/// Declares a whole record of the Collector's keys to be accepted without effect. One warning says so and why, instead of one per key; the
/// keys are declared with <see cref="IgnoredOptionAttribute"/> for the reference, and others are errors as everywhere.
/// </summary>
/// <param name="reason">Why it has no effect, and what does its work.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class IgnoredRecordAttribute(string reason) : Attribute
{
    /// <summary>Why it has no effect, and what does its work.</summary>
    public string Reason { get; } = reason;
}
