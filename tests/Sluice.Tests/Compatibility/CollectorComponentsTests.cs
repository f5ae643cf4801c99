using Sluice.Runtime.Graph;

namespace Sluice.Tests.Compatibility;

/// <summary>Holds the list of the Collector's components that Sluice lacks against those that it has.</summary>
public sealed class CollectorComponentsTests
{
    [Fact]
    public void A_component_that_is_built_is_not_listed_as_missing() =>
        Assert.All(CollectorComponents.All(), known =>
            Assert.All(known.Types, type => Assert.True(
                BuiltIn.Components.Find(known.Kind, type) is null, $"{known.Kind} {type} is there: take it out of CollectorComponents")));

    [Fact]
    public void What_is_named_as_nearest_is_there() =>
        Assert.All(CollectorComponents.All(), known =>
            Assert.All(known.Nearest, nearest => Assert.True(
                BuiltIn.Components.Find(nearest.Kind, nearest.Type) is not null, $"for {known.Types[0]}, {nearest.Kind} {nearest.Type} is not there")));

    [Fact]
    public void Every_entry_says_what_to_do() => Assert.All(CollectorComponents.All(), known => Assert.True(known.Advice.Length > 10));
}
