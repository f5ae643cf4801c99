using Sluice.Runtime.Contracts;

namespace Sluice.Runtime.Graph;

/// <summary>Components of the Collector that Sluice does not have, and what does their work.</summary>
/// <param name="Kind">Their section.</param>
/// <param name="Types">Their types; several when one answer holds for all, or when one has two names.</param>
/// <param name="Advice">What to do instead, as the remedy of an error.</param>
/// <param name="Nearest">The components of Sluice that come nearest.</param>
public sealed record CollectorComponent(
    ComponentKind Kind, IReadOnlyList<string> Types, string Advice, IReadOnlyList<(ComponentKind Kind, string Type)> Nearest);
