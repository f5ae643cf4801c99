namespace Sluice.Runtime.Contracts;

/// <summary>Why a processor cannot stand in a pipeline as it is configured.</summary>
/// <param name="Key">The key at fault, below the component.</param>
/// <param name="Message">What is wrong with it there.</param>
/// <param name="Remedy">What to do.</param>
public sealed record PipelineFault(string Key, string Message, string Remedy);
