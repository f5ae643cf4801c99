using Sluice.Components.Receivers.HostMetricsReceiver.Host;
using Sluice.Configuration;

namespace Sluice.Components.Receivers.HostMetricsReceiver;

/// <summary>How names are compared.</summary>
public enum MatchType
{
    /// <summary>As they are.</summary>
    Strict,

    /// <summary>By regular expressions, which may match a part.</summary>
    Regexp,
}

/// <summary>Devices by name.</summary>
public sealed record DeviceMatch : IValidatableOptions
{
    /// <summary>How.</summary>
    [Option("How names are compared: as they are, or by regular expressions, which may match a part.", Required = true)]
    public MatchType MatchType { get; init; }

    /// <summary>The names.</summary>
    [Option("Names or regular expressions.", Required = true)]
    public IReadOnlyList<string> Devices { get; init; } = [];

    /// <inheritdoc/>
    public void Validate(OptionsValidation context) => NameFilter.Check(context, "devices", MatchType, Devices);
}

/// <summary>Interfaces by name.</summary>
public sealed record InterfaceMatch : IValidatableOptions
{
    /// <summary>How.</summary>
    [Option("How names are compared: as they are, or by regular expressions, which may match a part.", Required = true)]
    public MatchType MatchType { get; init; }

    /// <summary>The names.</summary>
    [Option("Names or regular expressions.", Required = true)]
    public IReadOnlyList<string> Interfaces { get; init; } = [];

    /// <inheritdoc/>
    public void Validate(OptionsValidation context) => NameFilter.Check(context, "interfaces", MatchType, Interfaces);
}

/// <summary>Types of file systems by name.</summary>
public sealed record FsTypeMatch : IValidatableOptions
{
    /// <summary>How.</summary>
    [Option("How names are compared: as they are, or by regular expressions, which may match a part.", Required = true)]
    public MatchType MatchType { get; init; }

    /// <summary>The names.</summary>
    [Option("Names or regular expressions.", Required = true)]
    public IReadOnlyList<string> FsTypes { get; init; } = [];

    /// <inheritdoc/>
    public void Validate(OptionsValidation context) => NameFilter.Check(context, "fs_types", MatchType, FsTypes);
}

/// <summary>Mount points by path.</summary>
public sealed record MountPointMatch : IValidatableOptions
{
    /// <summary>How.</summary>
    [Option("How paths are compared: as they are, or by regular expressions, which may match a part.", Required = true)]
    public MatchType MatchType { get; init; }

    /// <summary>The paths.</summary>
    [Option("Paths or regular expressions.", Required = true)]
    public IReadOnlyList<string> MountPoints { get; init; } = [];

    /// <inheritdoc/>
    public void Validate(OptionsValidation context) => NameFilter.Check(context, "mount_points", MatchType, MountPoints);
}

/// <summary>Programs by name.</summary>
public sealed record NameMatch : IValidatableOptions
{
    /// <summary>How.</summary>
    [Option("How names are compared: as they are, or by regular expressions, which may match a part.", Required = true)]
    public MatchType MatchType { get; init; }

    /// <summary>The names.</summary>
    [Option("Names or regular expressions.", Required = true)]
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <inheritdoc/>
    public void Validate(OptionsValidation context) => NameFilter.Check(context, "names", MatchType, Names);
}
