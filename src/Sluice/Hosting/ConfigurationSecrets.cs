using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Graph;

namespace Sluice.Hosting;

/// <summary>Finds what must not be printed of a configuration.</summary>
internal static class ConfigurationSecrets
{
    /// <summary>Marks the secret keys of every known component; of an unknown one everything that came from outside the file.</summary>
    public static SecretNodes Find(ConfigMap root)
    {
        var secrets = new SecretNodes();
        foreach (var entry in root.Entries)
        {
            if (entry.Key == "service")
            {
                secrets.Add(entry.Value, typeof(ServiceOptions));
            }
            else if (ComponentSections.KindOf(entry.Key) is { } kind && entry.Value is ConfigMap components)
            {
                MarkComponents(secrets, kind, components);
            }
            else
            {
                secrets.AddUndeclared(entry.Value);
            }
        }

        return secrets;
    }

    private static void MarkComponents(SecretNodes secrets, ComponentKind kind, ConfigMap components)
    {
        foreach (var component in components.Entries)
        {
            if (ComponentId.TryParse(component.Key, out var id) && BuiltIn.Components.Find(kind, id.Type) is { } factory)
            {
                secrets.Add(component.Value, factory.OptionsType);
            }
            else
            {
                secrets.AddUndeclared(component.Value);
            }
        }
    }
}
