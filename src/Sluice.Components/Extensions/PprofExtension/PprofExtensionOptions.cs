using Sluice.Configuration;

namespace Sluice.Components.Extensions.PprofExtension;

/// <summary>Options of the <c>pprof</c> extension, none of which has an effect.</summary>
[IgnoredRecord("dotnet-trace, dotnet-counters and dotnet-dump profile the process from outside; remove the extension")]
[IgnoredOption("endpoint", "it does not listen")]
[IgnoredOption("block_profile_fraction", "dotnet-trace records waits")]
[IgnoredOption("mutex_profile_fraction", "dotnet-trace records contention")]
[IgnoredOption("save_to_file", "dotnet-trace writes files")]
[IgnoredOption("dialer", "it does not listen")]
public sealed record PprofExtensionOptions;
