using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Testing;

namespace Sluice.Tests;

/// <summary>Holds the README of every component against the declaration of its options.</summary>
public sealed class ComponentReadmeTests
{
    public static TheoryData<string, string> Components()
    {
        var data = new TheoryData<string, string>();
        foreach (var factory in BuiltIn.Components.All)
        {
            data.Add(factory.Kind.ToString(), factory.Type);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Components))]
    public void The_readme_of_a_component_holds_the_table_of_its_options(string kind, string type)
    {
        var factory = BuiltIn.Components.Find(Enum.Parse<ComponentKind>(kind), type)!;
        var folder = factory.GetType().Namespace!["Sluice.Components.".Length..].Replace('.', '/');

        GoldenFile.CheckBlock($"src/Sluice.Components/{folder}/README.md", "options", OptionReference.ToMarkdown(factory.OptionsType));
    }

    [Theory]
    [MemberData(nameof(Components))]
    public void A_component_is_listed_in_the_index_of_components(string kind, string type)
    {
        var factory = BuiltIn.Components.Find(Enum.Parse<ComponentKind>(kind), type)!;
        var folder = factory.GetType().Namespace!["Sluice.Components.".Length..].Replace('.', '/');
        var index = File.ReadAllText(GoldenFile.PathOf("docs/components.md"));

        Assert.Contains($"`{type}`", index, StringComparison.Ordinal);
        Assert.Contains($"../src/Sluice.Components/{folder}/README.md", index, StringComparison.Ordinal);
    }
}
