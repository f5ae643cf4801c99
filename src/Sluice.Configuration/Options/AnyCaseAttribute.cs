namespace Sluice.Configuration;

/// <summary>The names of an enum's members may be written in letters of any size in the configuration; by default they are taken as they stand.</summary>
[AttributeUsage(AttributeTargets.Enum)]
public sealed class AnyCaseAttribute : Attribute;
