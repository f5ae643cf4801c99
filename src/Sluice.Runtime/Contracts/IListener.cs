using Sluice.Configuration;

namespace Sluice.Runtime.Contracts;

/// <summary>Options of a receiver that listens, so that Sluice's own telemetry is never sent to itself.</summary>
public interface IListener
{
    /// <summary>Where it listens on TCP.</summary>
    IEnumerable<EndpointText> Listens { get; }
}
