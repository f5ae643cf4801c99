using Sluice.Components.Extensions.BearerTokenAuthExtension;
using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Testing;
using Sluice.Testing.Components;

namespace Sluice.Components.Tests.Extensions;

public sealed class BearerTokenAuthExtensionTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly ComponentWorkbench _bench;

    public BearerTokenAuthExtensionTests() => _bench = new ComponentWorkbench(_time);

    private string TokenFile => Path.Combine(_bench.DataDirectory, "tokens");

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Theory]
    [InlineData("Bearer one", true)]
    [InlineData("bearer  one ", true)]
    [InlineData("Bearer two", true)]
    [InlineData("Bearer on", false)]
    [InlineData("Bearer ones", false)]
    [InlineData("Bearer One", false)]
    [InlineData("Bearer", false)]
    [InlineData("Bearer ", false)]
    [InlineData("Bearerone", false)]
    [InlineData("Basic one", false)]
    [InlineData("one", false)]
    [InlineData("", false)]
    public async Task A_sender_with_a_token_comes_in(string header, bool expected)
    {
        await using var extension = await StartAsync(new() { Tokens = [new Secret("one"), new Secret("two")] });

        var result = await extension.AuthenticateAsync(new Headers { ["authorization"] = header }.Lookup, CancellationToken.None);

        Assert.Equal(expected, result.IsAuthenticated);
        Assert.Equal(expected ? null : "Bearer realm=\"sluice\"", result.Challenge);
        Assert.Null(result.Subject);
    }

    [Fact]
    public async Task A_key_is_a_header_without_a_scheme()
    {
        await using var extension = await StartAsync(new() { Header = "X-API-Key", Scheme = "", Token = new Secret(new string('k', 3000)) });
        var good = new Headers();
        await extension.ApplyAsync(good, CancellationToken.None);

        Assert.Equal(new string('k', 3000), good["X-API-Key"]);
        Assert.Equal(["x-api-key"], extension.CredentialHeaders);
        Assert.True((await extension.AuthenticateAsync(good.Lookup, CancellationToken.None)).IsAuthenticated);
        var refusal = await extension.AuthenticateAsync(new Headers().Lookup, CancellationToken.None);
        Assert.Equal("credentials are missing; send the header X-API-Key: <token>", refusal.Reason);
        Assert.Null(refusal.Challenge);
    }

    [Fact]
    public async Task The_first_token_is_sent_with_its_scheme()
    {
        await using var extension = await StartAsync(new() { Scheme = "Token", Tokens = [new Secret("one"), new Secret("two")] });
        var headers = new Headers { ["Authorization"] = "other" };

        await extension.ApplyAsync(headers, CancellationToken.None);

        Assert.Equal("Token one", headers["Authorization"]);
    }

    [Fact]
    public async Task A_file_that_changes_is_read_again_and_kept_when_it_cannot_be_used()
    {
        await File.WriteAllTextAsync(TokenFile, "new\nold\n");
        await using var extension = await StartAsync(new() { Filename = TokenFile });
        Assert.True(await IsAllowedAsync(extension, "old"));

        await File.WriteAllTextAsync(TokenFile, "new\n");
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(await IsAllowedAsync(extension, "old"));

        await File.WriteAllTextAsync(TokenFile, "\n");
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await IsAllowedAsync(extension, "new"));
        Assert.Contains(_bench.Log.Lines, line => line.Contains("holds no token", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, "cannot be read")]
    [InlineData("\n", "holds no token; write one, or several with one a line")]
    [InlineData("a\u0001b", "holds a token with a character that no header can carry; use printable ASCII")]
    public async Task A_file_without_tokens_is_an_error_at_start(string? contents, string expected)
    {
        if (contents is not null)
        {
            await File.WriteAllTextAsync(TokenFile, contents);
        }

        var refusal = await Assert.ThrowsAsync<ComponentStartException>(() => StartAsync(new() { Filename = TokenFile }));

        Assert.StartsWith($"extensions::bearertokenauth::filename: {TokenFile} {expected}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_check_allocates_nothing()
    {
        await using var extension = await StartAsync(new() { Token = new Secret("a token of usual length, 1234567890") });
        var lookup = new Headers { ["Authorization"] = "Bearer a token of usual length, 1234567890" }.Lookup;
        Assert.True((await extension.AuthenticateAsync(lookup, CancellationToken.None)).IsAuthenticated);

        Assert.Equal(0, await Allocations.LeastAsync(() => extension.AuthenticateAsync(lookup, CancellationToken.None)));
    }

    [Theory]
    [InlineData("{}", "there is no token")]
    [InlineData("{token: a, filename: b}", "is given beside token")]
    [InlineData("{token: a, header: 'a b'}", "is not the name of a header")]
    [InlineData("{token: a, scheme: 'a b'}", "is not a scheme")]
    [InlineData("{token: \"a\\nb\"}", "no header can carry")]
    public void What_cannot_work_is_an_error(string yaml, string expected)
    {
        var loaded = new ConfigurationLoader().Load([ConfigSource.FromText("test.yaml", yaml)]);
        var bag = new DiagnosticBag();
        OptionBinder.Bind<BearerTokenAuthExtensionOptions>(loaded.Root, bag, "");

        Assert.Contains(bag.Items, item => item.Message.Contains(expected, StringComparison.Ordinal));
    }

    private async Task<BearerTokenAuthExtension> StartAsync(BearerTokenAuthExtensionOptions options)
    {
        var extension = new BearerTokenAuthExtension(_bench.Context(ComponentKind.Extension, "bearertokenauth"), options);
        await extension.StartAsync(null!, CancellationToken.None);
        return extension;
    }

    private static async Task<bool> IsAllowedAsync(BearerTokenAuthExtension extension, string token) =>
        (await extension.AuthenticateAsync(new Headers { ["Authorization"] = $"Bearer {token}" }.Lookup, CancellationToken.None)).IsAuthenticated;
}
