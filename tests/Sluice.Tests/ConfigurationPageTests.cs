using Sluice.Configuration;
using Sluice.Runtime.Graph;
using Sluice.Testing;

namespace Sluice.Tests;

public sealed class ConfigurationPageTests
{
    [Fact]
    public void The_page_about_the_configuration_holds_the_options_of_service() =>
        GoldenFile.CheckBlock("docs/configuration.md", "service", OptionReference.ToMarkdown(typeof(ServiceOptions)));
}
