using Sluice.Runtime.Contracts;

namespace Sluice.Runtime.Graph;

/// <summary>The sections of the file that define components.</summary>
public static class ComponentSections
{
    /// <summary>Each kind with the key of its section, in the order in which data meets them.</summary>
    public static IReadOnlyList<(ComponentKind Kind, string Section)> All { get; } =
    [
        (ComponentKind.Receiver, "receivers"),
        (ComponentKind.Processor, "processors"),
        (ComponentKind.Connector, "connectors"),
        (ComponentKind.Exporter, "exporters"),
        (ComponentKind.Extension, "extensions"),
    ];

    /// <summary>What a section of the file defines; null for one that defines no components.</summary>
    public static ComponentKind? KindOf(string section)
    {
        foreach (var (kind, name) in All)
        {
            if (name == section)
            {
                return kind;
            }
        }

        return null;
    }

    /// <summary>The kind in a sentence, such as <c>receiver</c>.</summary>
    public static string NameOf(ComponentKind kind) => kind switch
    {
        ComponentKind.Receiver => "receiver",
        ComponentKind.Processor => "processor",
        ComponentKind.Connector => "connector",
        ComponentKind.Exporter => "exporter",
        _ => "extension",
    };
}
