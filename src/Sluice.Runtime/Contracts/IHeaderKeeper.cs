namespace Sluice.Runtime.Contracts;

/// <summary>Options of a receiver that can keep the headers of requests with their records.</summary>
public interface IHeaderKeeper
{
    /// <summary>Whether it keeps those of any of its requests.</summary>
    bool KeepsHeaders { get; }
}
