namespace Sluice.Runtime.Contracts;

/// <summary>
/// Options of an extension that reads of requests what the exporters send that use it. The runtime then gathers only records of requests into one
/// batch that have these properties in common.
/// </summary>
public interface IRequestPropertyUser
{
    /// <summary>What it reads.</summary>
    IEnumerable<RequestProperty> UsedProperties { get; }
}
