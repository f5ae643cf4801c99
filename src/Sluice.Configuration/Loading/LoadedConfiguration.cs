namespace Sluice.Configuration;

/// <summary>The merged and substituted tree, with everything that was wrong with its sources.</summary>
/// <param name="Root">Never null; holds what could be read, so that binding can report further errors.</param>
/// <param name="Diagnostics">Binding goes on with the same bag.</param>
public sealed record LoadedConfiguration(ConfigMap Root, DiagnosticBag Diagnostics);
