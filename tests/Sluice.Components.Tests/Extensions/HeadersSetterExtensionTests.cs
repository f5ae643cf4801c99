using Sluice.Components.Extensions.HeadersSetterExtension;
using Sluice.Configuration;

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
    [InlineData("{}", "the key is required")]
    [InlineData("{headers: []}", "the list is empty")]
    [InlineData("{headers: [{key: a}]}", "the header has no value")]
    [InlineData("{headers: [{key: a, action: delete, value: b}]}", "a header that is deleted has no value")]
    [InlineData("{headers: [{key: 'a b', value: b}]}", "is not the name of a header")]
    [InlineData("{headers: [{key: a, from_context: b}]}", "the key is not supported")]
    public void What_cannot_work_is_an_error(string yaml, string expected)
    {
        var loaded = new ConfigurationLoader().Load([ConfigSource.FromText("test.yaml", yaml)]);
        var bag = new DiagnosticBag();
        OptionBinder.Bind<HeadersSetterExtensionOptions>(loaded.Root, bag, "");

        Assert.Contains(bag.Items, item => item.Message.Contains(expected, StringComparison.Ordinal));
    }
}
