using Sluice.Runtime.Health;

namespace Sluice.Runtime.Contracts;

/// <summary>One component as status pages show it.</summary>
/// <param name="Kind">Its kind as it is written: receiver, processor, connector, exporter, extension, or journal.</param>
/// <param name="Id">Its id.</param>
/// <param name="Health">How it is.</param>
public sealed record ComponentStatus(string Kind, string Id, HealthReport Health);
