using Sluice.Configuration;
using Sluice.Runtime.Contracts;

namespace Sluice.Runtime.Graph;

/// <summary>Finds components that would write to the same path.</summary>
internal static class PathOwnership
{
    /// <summary>Reports every component whose path an earlier one owns.</summary>
    /// <param name="components">The components that are used, with their section and what was written for them, in the order of the file.</param>
    /// <param name="bag">Gets the errors.</param>
    public static void Check(IEnumerable<(string Section, ConfigEntry Entry, ComponentModel Model)> components, DiagnosticBag bag)
    {
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (section, entry, model) in components)
        {
            if (model.Options is not IPathOwner { OwnedPath: { } path } owner)
            {
                continue;
            }

            if (!owners.TryAdd(path, $"{section}::{entry.Key}"))
            {
                var position = entry.Value is ConfigMap map && map.TryGet(owner.PathKey, out var written) ? written.Position : entry.KeyPosition;
                bag.Error(
                    position,
                    $"{section}::{entry.Key}::{owner.PathKey}",
                    $"{owners[path]} writes there too, and each would destroy what the other has written",
                    $"give each a {owner.PathKey} of its own, or let one of them serve the pipelines of both");
            }
        }
    }
}
