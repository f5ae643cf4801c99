using Sluice.Runtime.Contracts;

namespace Sluice.Runtime.Graph;

/// <summary>One component of the configuration, bound.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Factory">What creates it.</param>
/// <param name="Options">An instance of the factory's options type.</param>
public sealed record ComponentModel(ComponentId Id, IComponentFactory Factory, object Options);
