using Sluice.Components.Exporters.StoreExporter;
using Sluice.Configuration;
using Sluice.Journal;
using Sluice.Runtime.Contracts;

namespace Sluice.Components.Tests.Exporters;

public sealed class StoreExporterOptionsTests
{
    [Fact]
    public void The_defaults_are_valid_and_never_hold_intake_back()
    {
        var bag = new DiagnosticBag();
        var options = OptionBinder.Bind<StoreExporterOptions>(null, bag, "exporters::store");

        Assert.False(bag.HasErrors);
        Assert.Equal(OnFull.DropOldest, ((IExporterFactory)new StoreExporterFactory()).Delivery(options).OnFull);
        Assert.Equal(TimeSpan.FromDays(7), options.MaxAge);
        Assert.Equal(5L << 30, options.MaxSize.Bytes);
    }

    [Theory]
    [InlineData("", "", "data/store")]
    [InlineData("", "eu", "data/store-eu")]
    [InlineData("/var/lib/sluice", "eu", "/var/lib/sluice")]
    public void The_directory_is_a_place_of_its_own_in_the_data_directory(string directory, string name, string expected)
    {
        Assert.Equal(expected, new StoreExporterOptions { Directory = directory }.DirectoryIn("data", name));
    }
}
