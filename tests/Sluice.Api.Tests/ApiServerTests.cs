using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Api.Tests.Support;
using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Graph;

namespace Sluice.Api.Tests;

public sealed class ApiServerTests
{
    [Theory]
    [InlineData("0.0.0.0:4320")]
    [InlineData(":4320")]
    [InlineData("192.168.1.5:4320")]
    [InlineData("example.com:4320")]
    public async Task An_address_that_is_not_loopback_is_refused_at_start(string endpoint)
    {
        var error = await Assert.ThrowsAsync<ComponentStartException>(() => ApiServer.StartAsync(
            new ApiOptions { Endpoint = EndpointText.Parse(endpoint) }, new ApiSources { Status = new FakeStatus() }, TimeProvider.System, NullLogger.Instance, CancellationToken.None));

        Assert.Contains("service::api::endpoint", error.Message, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:4320", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_names_the_key()
    {
        await using var api = await ApiFixture.StartAsync();

        var error = await Assert.ThrowsAsync<ComponentStartException>(() => ApiServer.StartAsync(
            new ApiOptions { Endpoint = EndpointText.Parse(api.Address) }, new ApiSources { Status = new FakeStatus() }, TimeProvider.System, NullLogger.Instance, CancellationToken.None));

        Assert.Contains("service::api::endpoint", error.Message, StringComparison.Ordinal);
    }
}
