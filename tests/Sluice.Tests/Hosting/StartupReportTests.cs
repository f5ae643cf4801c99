using Sluice.Hosting;
using Sluice.Runtime.Contracts;

namespace Sluice.Tests.Hosting;

public sealed class StartupReportTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_search_is_proposed_where_there_is_a_store(bool hasStore)
    {
        using var output = new StringWriter();
        StartupReport.Write(output, [new BoundEndpoint("otlp/http", "127.0.0.1:4318", "OTLP"), new BoundEndpoint("api", "127.0.0.1:8080", "the API")], "/data", hasStore);
        Assert.Contains("http://127.0.0.1:4318/v1/logs", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(hasStore, output.ToString().Contains("sluice search hello --api http://127.0.0.1:8080", StringComparison.Ordinal));
    }
}
