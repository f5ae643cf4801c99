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

    [Fact]
    public void Absent_and_empty_keys_keep_their_defaults()
    {
        var options = Bind("name: x\nendpoint:\ntimeout: ~\nshelves:\ncap: null\nretry:", out var bag);

        Assert.Empty(bag.Items);
        Assert.Equal(EndpointText.Parse("localhost:4317"), options.Endpoint);
        Assert.Equal(TimeSpan.FromSeconds(5), options.Timeout);
        Assert.Equal(["first"], options.Shelves);
        Assert.Null(options.Limit);
        Assert.False(options.Retry.Enabled);
    }

    [Fact]
    public void No_node_at_all_gives_defaults_and_the_required_keys_as_errors()
    {
        var bag = new DiagnosticBag();
        var options = OptionBinder.Bind<ShopOptions>(null, bag, "shop");

        Assert.Equal(8192, options.SendBatchSize);
        Assert.Equal("error: shop::name: the key is required; give a value of type text\n", DiagnosticFormatter.Format(bag));
    }

    [Fact]
    public void Binding_does_not_change_the_defaults_of_others()
    {
        Bind("name: x\nfront: {width: 77}\nretry: {enabled: true}", out _);

        Assert.Equal(200, ShopOptions.FrontPreset.Width);
        Assert.False(Bind("name: x", out _).Retry.Enabled);
    }

    [Fact]
    public void An_empty_variable_is_an_empty_text_and_the_empty_name_of_a_choice()
    {
        var environment = new FakeEnvironment { Variables = { ["EMPTY"] = "" } };
        var loaded = Load.Yaml("name: ${env:EMPTY}\ncompression: ${env:EMPTY}", environment);
        var options = OptionBinder.Bind<ShopOptions>(loaded.Root, loaded.Diagnostics, "");

        Assert.Empty(loaded.Diagnostics.Items);
        Assert.Equal("", options.Name);
        Assert.Equal(ShopCompression.Off, options.Compression);
    }

    [Fact]
    public void A_secret_takes_any_text_exactly()
    {
        var environment = new FakeEnvironment { Variables = { ["A"] = "0123", ["B"] = "{a: 1}", ["C"] = "null", ["D"] = " x # y " } };
        var loaded = Load.Yaml("name: x\nheaders: {a: \"${A}\", b: \"${B}\", c: \"${C}\", d: \"${D}\"}", environment);
        var options = OptionBinder.Bind<ShopOptions>(loaded.Root, loaded.Diagnostics, "");

        Assert.Equal("", DiagnosticFormatter.Format(loaded.Diagnostics));
        Assert.Equal(["0123", "{a: 1}", "null", " x # y "], options.Headers.Values.Select(s => s.Reveal()));
    }

    [Theory]
    [InlineData("send_batch_size: 1.0")]
    [InlineData("send_batch_size: 1e3")]
    [InlineData("send_batch_size: 99999999999999999999")]
    [InlineData("ratio: .nan")]
    [InlineData("ratio: .inf")]
    [InlineData("ratio: true")]
    [InlineData("open: 1")]
    [InlineData("timeout: 5")]
    [InlineData("timeout: -1s")]
    [InlineData("shelves: [a, [b]]")]
    [InlineData("shelves: [a, null]")]
    [InlineData("doors: [1]")]
    [InlineData("api_key: [x]")]
    [InlineData("compression: Gzip")]
    public void A_wrong_value_is_one_error_at_its_place(string line)
    {
        Bind("name: x\n" + line, out var bag);

        var error = Assert.Single(bag.Items);
        Assert.Equal((DiagnosticSeverity.Error, 2), (error.Severity, error.Position!.Value.Line));
        Assert.StartsWith("shop::" + line[..line.IndexOf(':', StringComparison.Ordinal)], error.Key, StringComparison.Ordinal);
    }

    [Fact]
    public void A_duration_of_bare_zero_is_none() => Assert.Equal(TimeSpan.Zero, Bind("name: x\ntimeout: 0", out _).Timeout);

    [Fact]
    public void The_rules_of_a_record_are_checked_only_when_its_keys_are_right()
    {
        Bind("name: x\nsend_batch_size: many\nsend_batch_max_size: 5", out var bag);

        Assert.Equal("shop::send_batch_size", Assert.Single(bag.Items).Key);
    }

    [Fact]
    public void A_warning_does_not_stop_the_rules_of_a_record()
    {
        Bind("name: x\nread_buffer_size: 1\nsend_batch_max_size: 5", out var bag);

        Assert.Equal([DiagnosticSeverity.Warning, DiagnosticSeverity.Error], bag.Items.Select(d => d.Severity));
    }

    [Fact]
    public void Validation_knows_what_was_set()
    {
        var root = Load.Valid("a:\nb: {c: 1}");
        var context = new OptionsValidation(root, new DiagnosticBag(), "x");

        Assert.False(context.IsSet("a"));
        Assert.True(context.IsSet("b::c"));
        Assert.False(context.IsSet("b::d"));
    }

    [Fact]
    public void Too_many_errors_are_counted_and_not_kept()
    {
        Bind("name: x\n" + string.Concat(Enumerable.Range(0, 5000).Select(i => $"zz{i}: 1\n")), out var bag);

        Assert.Equal((DiagnosticBag.Capacity, 5000), (bag.Items.Count, bag.ErrorCount));
        Assert.EndsWith("and 4000 more\n", DiagnosticFormatter.Format(bag), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SendBatchSize", "send_batch_size")]
    [InlineData("Http2ReadIdleTimeout", "http2_read_idle_timeout")]
    [InlineData("TLSFile", "tls_file")]
    [InlineData("Name", "name")]
    public void Keys_are_property_names_in_snake_case(string name, string key) => Assert.Equal(key, SnakeCase.From(name));

    [Theory]
    [InlineData("endpiont", "endpoint")]
    [InlineData("end_point", "endpoint")]
    [InlineData("Timeout", "timeout")]
    [InlineData("zzz", null)]
    [InlineData("", null)]
    public void The_nearest_name_is_suggested(string written, string? expected) => Assert.Equal(expected, Suggestion.Nearest(written, ["endpoint", "timeout", "open"]));

    private static ShopOptions Bind(string yaml, out DiagnosticBag bag)
    {
        var loaded = Load.Yaml(yaml);
        bag = loaded.Diagnostics;
        return OptionBinder.Bind<ShopOptions>(loaded.Root, bag, "shop");
    }
}
