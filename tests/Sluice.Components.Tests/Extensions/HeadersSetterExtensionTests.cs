using Sluice.Components.Extensions.HeadersSetterExtension;
using Sluice.Configuration;
using Sluice.Runtime.Contracts;

namespace Sluice.Components.Tests.Extensions;

public sealed class HeadersSetterExtensionTests
{
    [Theory]
    [InlineData(HeaderAction.Insert, "old", "new")]
    [InlineData(HeaderAction.Update, "new", null)]
    [InlineData(HeaderAction.Upsert, "new", "new")]
    [InlineData(HeaderAction.Delete, null, null)]
    public async Task An_action_does_what_its_name_says(HeaderAction action, string? whereThere, string? whereMissing)
    {
        var value = action == HeaderAction.Delete ? null : new Secret("new");
        await using var extension = new HeadersSetterExtension(new() { Headers = [new() { Action = action, Key = "X-A", Value = value }] });
        var present = new Headers { ["x-a"] = "old" };
        var absent = new Headers();

        await extension.ApplyAsync(present, CancellationToken.None);
        await extension.ApplyAsync(absent, CancellationToken.None);

        Assert.Equal(whereThere, present.Get("X-A"));
        Assert.Equal(whereMissing, absent.Get("X-A"));
    }

    [Fact]
    public async Task Actions_run_in_order()
    {
        await using var extension = new HeadersSetterExtension(new()
        {
            Headers =
            [
                new() { Key = "A", Value = new Secret("1") },
                new() { Action = HeaderAction.Insert, Key = "A", Value = new Secret("2") },
                new() { Action = HeaderAction.Update, Key = "A", Value = new Secret("3") },
            ],
        });
        var headers = new Headers();

        await extension.ApplyAsync(headers, CancellationToken.None);

        Assert.Equal("3", headers["A"]);
    }

    [Theory]
    [InlineData(HeaderAction.Insert, "old", "acme")]
    [InlineData(HeaderAction.Update, "acme", null)]
    [InlineData(HeaderAction.Upsert, "acme", "acme")]
    public async Task A_value_comes_from_the_requests_whose_records_go_out(HeaderAction action, string? whereThere, string? whereMissing)
    {
        await using var extension = new HeadersSetterExtension(new() { Headers = [new() { Action = action, Key = "X-A", FromContext = "X-Tenant" }] });
        var present = new Headers { Requests = Values("acme") };
        present["x-a"] = "old";
        var absent = new Headers { Requests = Values("acme") };

        await extension.ApplyAsync(present, CancellationToken.None);
        await extension.ApplyAsync(absent, CancellationToken.None);

        Assert.Equal(whereThere, present.Get("X-A"));
        Assert.Equal(whereMissing, absent.Get("X-A"));
    }

    [Theory]
    [InlineData(null, null, "old")]
    [InlineData("", null, "old")]
    [InlineData(null, "shared", "shared")]
    [InlineData("", "shared", "shared")]
    [InlineData("acme", "shared", "acme")]
    public async Task Without_a_value_the_default_is_set_or_nothing(string? value, string? byDefault, string expected)
    {
        await using var extension = new HeadersSetterExtension(new()
        {
            Headers = [new() { Key = "X-A", FromContext = "x-tenant", DefaultValue = byDefault is null ? null : new Secret(byDefault) }],
        });
        var headers = new Headers { Requests = value is null ? Values() : Values(value) };
        headers["x-a"] = "old";

        await extension.ApplyAsync(headers, CancellationToken.None);

        Assert.Equal(expected, headers["X-A"]);
    }

    [Theory]
    [InlineData("2 values", "acme", "ecorp")]
    [InlineData("printable ASCII", "caf\u00e9")]
    public async Task What_can_be_no_header_makes_the_records_undeliverable(string reason, params string[] values)
    {
        await using var extension = new HeadersSetterExtension(new() { Headers = [new() { Key = "X-A", FromContext = "x-tenant", DefaultValue = new Secret("shared") }] });

        var thrown = await Assert.ThrowsAsync<UndeliverableException>(
            async () => await extension.ApplyAsync(new Headers { Requests = Values(values) }, CancellationToken.None));

        Assert.Contains(reason, thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(values[0], thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_the_sender_is_can_be_a_header()
    {
        var options = new HeadersSetterExtensionOptions { Headers = [new() { Key = "X-A", FromAttribute = "subject" }, new() { Key = "X-B", FromAttribute = "username" }] };
        await using var extension = new HeadersSetterExtension(options);
        var headers = new Headers { Requests = new RequestValues(new Dictionary<RequestProperty, IReadOnlyList<string>> { [RequestProperty.Subject] = ["ann"] }) };

        await extension.ApplyAsync(headers, CancellationToken.None);

        Assert.Equal(("ann", "ann"), (headers["X-A"], headers["X-B"]));
        Assert.Equal([RequestProperty.Subject], options.UsedProperties);
    }

    private static RequestValues Values(params string[] values) =>
        new(new Dictionary<RequestProperty, IReadOnlyList<string>> { [RequestProperty.Header("X-TENANT")] = values });

    [Theory]
    [InlineData("{}", "the key is required")]
    [InlineData("{headers: []}", "the list is empty")]
    [InlineData("{headers: [{key: a}]}", "the header has no value")]
    [InlineData("{headers: [{key: a, action: delete, value: b}]}", "a header that is deleted has no value")]
    [InlineData("{headers: [{key: 'a b', value: b}]}", "is not the name of a header")]
    [InlineData("{headers: [{key: a, from_context: 'b c'}]}", "is not the name of a header")]
    [InlineData("{headers: [{key: a, from_context: Authorization}]}", "is a credential")]
    [InlineData("{headers: [{key: a, from_attribute: raw}]}", "\"raw\" is not kept with records")]
    [InlineData("{headers: [{key: a, from_context: b, value: c}]}", "value stands beside it")]
    [InlineData("{headers: [{key: a, from_context: b, from_attribute: subject}]}", "from_context stands beside it")]
    [InlineData("{headers: [{key: a, value: b, default_value: c}]}", "value is always there")]
    [InlineData("{headers: [{key: a, default_value: c}]}", "the header has no value")]
    [InlineData("{headers: [{key: a, action: delete, from_context: b}]}", "a header that is deleted has no value")]
    [InlineData("{headers: [{key: a, from_context: b, default_value: \"c\\n\"}]}", "a character that no header can carry")]
    [InlineData("{headers: [{key: a, value_file: b}]}", "the key is not supported")]
    [InlineData("{headers: [{key: a, value: b}], additional_auth: c}", "the key is not supported")]
    public void What_cannot_work_is_an_error(string yaml, string expected)
    {
        var loaded = new ConfigurationLoader().Load([ConfigSource.FromText("test.yaml", yaml)]);
        var bag = new DiagnosticBag();
        OptionBinder.Bind<HeadersSetterExtensionOptions>(loaded.Root, bag, "");

        Assert.Contains(bag.Items, item => item.Message.Contains(expected, StringComparison.Ordinal));
    }
}
