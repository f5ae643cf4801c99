namespace Sluice.Runtime.Contracts;

/// <summary>
/// Options of a component that alone may write to a path. Two components with the same path would destroy what the other has written, so
/// that is an error of the configuration.
/// </summary>
public interface IPathOwner
{
    /// <summary>The key that holds the path, such as <c>path</c>.</summary>
    string PathKey { get; }

    /// <summary>The full path; null when it does not stand in the configuration.</summary>
    string? OwnedPath { get; }
}
