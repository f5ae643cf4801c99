namespace Sluice.Configuration;

/// <summary>Declares a key of the Collector that is accepted without effect; using it is a warning.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class IgnoredOptionAttribute(string key, string reason) : Attribute
{
    /// <summary>The key; everything below it is accepted too.</summary>
    public string Key { get; } = key;

    /// <summary>Why it has no effect.</summary>
    public string Reason { get; } = reason;
}
