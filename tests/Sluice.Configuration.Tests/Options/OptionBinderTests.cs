using Sluice.Configuration.Tests.Support;

namespace Sluice.Configuration.Tests.Options;

public sealed class OptionBinderTests
{
    [Fact]
    public void Every_kind_of_option_is_bound()
    {
        var environment = new FakeEnvironment { Variables = { ["KEY"] = "k: [1", ["BATCH"] = "10" } };
        var root = Load.Valid(
            """
            endpoint: "[::1]:0"
            name: 17
            open: false
            send_batch_size: ${env:BATCH}
            send_batch_max_size: 0x10
            ratio: 1
            timeout: 1m30s
            max_bytes: 10GB
            compression: none
            api_key: ${env:KEY}
            cap: 3
            shelves: [a, "1", true]
            headers: {X-Token: abc}
            doors: [{width: 100}, {code: xyz}]
            retry: {initial_interval: 1s}
            front:
            extra: {a: [1]}
            """,
            environment);
        var bag = new DiagnosticBag();

        var options = OptionBinder.Bind<ShopOptions>(root, bag, "shop");

        Assert.Equal("", DiagnosticFormatter.Format(bag));
        Assert.Equal(new EndpointText("::1", 0), options.Endpoint);
        Assert.Equal("17", options.Name);
        Assert.False(options.Open);
        Assert.Equal(10, options.SendBatchSize);
        Assert.Equal(16, options.SendBatchMaxSize);
        Assert.Equal(1.0, options.Ratio);
        Assert.Equal(TimeSpan.FromSeconds(90), options.Timeout);
        Assert.Equal(new ByteSize(10_000_000_000), options.MaxBytes);
        Assert.Equal(ShopCompression.Off, options.Compression);
        Assert.Equal("k: [1", options.ApiKey!.Reveal());
        Assert.Equal(3, options.Limit);
        Assert.Equal(["a", "1", "true"], options.Shelves);
        Assert.Equal("abc", options.Headers["X-Token"].Reveal());
        Assert.Equal([100, 90], options.Doors.Select(d => d.Width));
        Assert.Equal("xyz", options.Doors[1].Code!.Reveal());
        Assert.Equal(new RetryTestOptions { Enabled = false, InitialInterval = TimeSpan.FromSeconds(1) }, options.Retry);
        Assert.Equal(200, options.Front!.Width);
        Assert.Null(options.Back);
        Assert.IsType<ConfigMap>(options.Extra);
    }
}
