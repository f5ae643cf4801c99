namespace Sluice.Configuration;

/// <summary>Declares a key of the Collector that is not supported; using it is an error that names the alternative.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class UnsupportedOptionAttribute(string key, string alternative) : Attribute
{
    /// <summary>The key.</summary>
    public string Key { get; } = key;

    /// <summary>What to do instead.</summary>
    public string Alternative { get; } = alternative;
}
