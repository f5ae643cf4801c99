using Sluice.Configuration;
using Sluice.Runtime.Contracts;

namespace Sluice.Runtime.Graph;

/// <summary>Checks the extensions that components name.</summary>
internal static class ExtensionUse
{
    /// <summary>Reports every mention of an extension that is not defined, is not started, or does not do what it is named for.</summary>
    /// <param name="components">The components that are used, with their section and what was written for them, in the order of the file.</param>
    /// <param name="defined">Everything that is defined; null for what has errors of its own.</param>
    /// <param name="used">What is used: of extensions, what <c>service::extensions</c> lists.</param>
    /// <param name="bag">Gets the errors.</param>
    public static void Check(
        IEnumerable<(string Section, ConfigEntry Entry, ComponentModel Model)> components,
        IReadOnlyDictionary<(ComponentKind Kind, string Id), ComponentModel?> defined,
        HashSet<(ComponentKind, string)> used,
        DiagnosticBag bag)
    {
        foreach (var (section, entry, model) in components)
        {
            foreach (var reference in (model.Options as IExtensionUser)?.UsedExtensions ?? [])
            {
                if (Fault(reference, defined, used) is var (message, remedy))
                {
                    bag.Error(KeyPosition.Of(entry, reference.Key), $"{section}::{entry.Key}::{reference.Key}", message, remedy);
                }
            }
        }
    }

    private static (string Message, string Remedy)? Fault(
        ExtensionReference reference, IReadOnlyDictionary<(ComponentKind Kind, string Id), ComponentModel?> defined, HashSet<(ComponentKind, string)> used)
    {
        var key = (ComponentKind.Extension, reference.Id);
        if (!defined.TryGetValue(key, out var extension))
        {
            var known = defined.Keys.Where(candidate => candidate.Kind == ComponentKind.Extension).Select(candidate => candidate.Id).ToArray();
            return (
                $"there is no extension \"{reference.Id}\"",
                known.Length == 0 ? "define it in the extensions section, which is empty" : Suggestion.For(reference.Id, known, "the extensions section has"));
        }

        if (!used.Contains(key))
        {
            return ($"the extension \"{reference.Id}\" is not started", "list it in service::extensions");
        }

        // An extension with errors of its own is reported at its own place.
        if (extension is null || (extension.Factory as IExtensionFactory)?.Roles(extension.Options).HasFlag(reference.Role) == true)
        {
            return null;
        }

        return reference.Role == ExtensionRoles.ServerAuthenticator
            ? ($"the extension \"{reference.Id}\" does not authenticate senders", "name one that does, such as bearertokenauth, or basicauth with htpasswd")
            : ($"the extension \"{reference.Id}\" adds nothing to requests that go out", "name one that does, such as bearertokenauth, headers_setter, or basicauth with client_auth");
    }
}
