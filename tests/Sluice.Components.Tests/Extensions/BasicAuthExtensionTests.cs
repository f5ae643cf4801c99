using System.Text;
using Sluice.Components.Extensions.BasicAuthExtension;
using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Testing;
using Sluice.Testing.Components;

namespace Sluice.Components.Tests.Extensions;

public sealed class BasicAuthExtensionTests : IAsyncDisposable
{
    /// <summary>The user U*U has itself as password.</summary>
    private const string Users = "ana:plain\nU*U:$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW\n";

    private readonly ManualTimeProvider _time = new();
    private readonly ComponentWorkbench _bench;

    public BasicAuthExtensionTests() => _bench = new ComponentWorkbench(_time);

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Theory]
    [InlineData("ana", "plain", true)]
    [InlineData("ana", "Plain", false)]
    [InlineData("U*U", "U*U", true)]
    [InlineData("U*U", "U*V", false)]
    [InlineData("eve", "plain", false)]
    [InlineData("", "", false)]
    public async Task A_user_with_the_password_comes_in_again_and_again(string user, string password, bool expected)
    {
        await using var extension = await StartAsync();

        for (var i = 0; i < 3; i++)
        {
            var result = await extension.AuthenticateAsync(Credentials(user, password).Lookup, CancellationToken.None);
            Assert.Equal(expected, result.IsAuthenticated);
            Assert.Equal(expected ? user : null, result.Subject);
            Assert.Equal(expected ? null : "Basic realm=\"sluice\", charset=\"UTF-8\"", result.Challenge);
        }
    }

    [Theory]
    [InlineData("Basic !!!")]
    [InlineData("Basic YW5h")]
    [InlineData("Basic ")]
    [InlineData("Bearer YW5hOnBsYWlu")]
    [InlineData("Basic é")]
    [InlineData("")]
    public async Task What_is_no_credential_is_refused(string header)
    {
        await using var extension = await StartAsync();

        var result = await extension.AuthenticateAsync(new Headers { ["Authorization"] = header }.Lookup, CancellationToken.None);

        Assert.False(result.IsAuthenticated);
    }

    [Fact]
    public async Task What_is_known_is_found_at_once_without_allocating()
    {
        await using var extension = await StartAsync();
        var lookup = Credentials("U*U", "U*U").Lookup;
        await extension.AuthenticateAsync(lookup, CancellationToken.None);

        Assert.Equal(0, await Allocations.LeastAsync(() => extension.AuthenticateAsync(lookup, CancellationToken.None)));
    }

    [Fact]
    public async Task More_guesses_at_once_than_can_be_checked_fail_and_a_known_user_still_comes_in()
    {
        await using var extension = await StartAsync();
        var known = Credentials("U*U", "U*U").Lookup;
        Assert.True((await extension.AuthenticateAsync(known, CancellationToken.None)).IsAuthenticated);

        var guesses = Enumerable.Range(0, 500)
            .Select(i => extension.AuthenticateAsync(Credentials("U*U", $"guess {i}").Lookup, CancellationToken.None).AsTask())
            .ToArray();

        var again = extension.AuthenticateAsync(known, CancellationToken.None).AsTask();
        Assert.True(again.IsCompletedSuccessfully, "what is known waits for no guess");
        await Assert.ThrowsAsync<InvalidOperationException>(() => Task.WhenAll(guesses));
        Assert.All(guesses.Where(guess => guess.IsCompletedSuccessfully), guess => Assert.False(guess.Result.IsAuthenticated));
        Assert.InRange(guesses.Count(guess => guess.IsCompletedSuccessfully), 64, 499);
    }

    [Fact]
    public async Task A_file_that_changes_is_read_again_and_what_was_known_is_forgotten()
    {
        var file = Path.Combine(_bench.DataDirectory, "users");
        await File.WriteAllTextAsync(file, Users);
        await using var extension = await StartAsync(new HtpasswdOptions { File = file, Inline = new Secret("bob:inline") });
        Assert.True((await extension.AuthenticateAsync(Credentials("ana", "plain").Lookup, CancellationToken.None)).IsAuthenticated);

        await File.WriteAllTextAsync(file, "ana:other");
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.False((await extension.AuthenticateAsync(Credentials("ana", "plain").Lookup, CancellationToken.None)).IsAuthenticated);
        Assert.True((await extension.AuthenticateAsync(Credentials("ana", "other").Lookup, CancellationToken.None)).IsAuthenticated);
        Assert.True((await extension.AuthenticateAsync(Credentials("bob", "inline").Lookup, CancellationToken.None)).IsAuthenticated);
        Assert.Contains(_bench.Log.Lines, line => line.Contains("ana stands there in plain text", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_hash_that_is_not_known_is_an_error_at_start()
    {
        var refusal = await Assert.ThrowsAsync<ComponentStartException>(() => StartAsync(new HtpasswdOptions { Inline = new Secret("ana:$6$x$y") }));

        Assert.Contains("extensions::basicauth::htpasswd::inline", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("line 1: the password of \"ana\" is of a kind that is not known here", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exporter_sends_as_its_user_and_with_a_password_that_changes()
    {
        var file = Path.Combine(_bench.DataDirectory, "password");
        await File.WriteAllTextAsync(file, "eins\n");
        await using var sender = new BasicAuthSender(
            _bench.Context(ComponentKind.Extension, "basicauth"), new ClientAuthOptions { Username = "ana", PasswordFile = file });
        await sender.StartAsync(null!, CancellationToken.None);
        Assert.Equal("ana:eins", await SentAsync(sender));

        await File.WriteAllTextAsync(file, "zwei\n");
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("ana:zwei", await SentAsync(sender));
    }

    [Theory]
    [InlineData("{}", "it neither checks nor sends anybody")]
    [InlineData("{htpasswd: {inline: a}, client_auth: {username: a, password: b}}", "is given beside htpasswd")]
    [InlineData("{htpasswd: {}}", "there are no users")]
    [InlineData("{client_auth: {username: a}}", "there is no password")]
    [InlineData("{client_auth: {username: a, username_file: b, password: c}}", "is given beside username")]
    [InlineData("{client_auth: {username: 'a:b', password: c}}", "it has a colon")]
    public void What_cannot_work_is_an_error(string yaml, string expected)
    {
        var loaded = new ConfigurationLoader().Load([ConfigSource.FromText("test.yaml", yaml)]);
        var bag = new DiagnosticBag();
        OptionBinder.Bind<BasicAuthExtensionOptions>(loaded.Root, bag, "");

        Assert.Contains(bag.Items, item => item.Message.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Its_role_is_the_half_that_is_configured()
    {
        IExtensionFactory factory = new BasicAuthExtensionFactory();

        Assert.Equal(ExtensionRoles.ServerAuthenticator, factory.Roles(new BasicAuthExtensionOptions { Htpasswd = new() }));
        Assert.Equal(ExtensionRoles.ClientAuthenticator, factory.Roles(new BasicAuthExtensionOptions { ClientAuth = new() }));
    }

    private async Task<BasicAuthExtension> StartAsync(HtpasswdOptions? options = null)
    {
        var extension = new BasicAuthExtension(
            _bench.Context(ComponentKind.Extension, "basicauth"), options ?? new HtpasswdOptions { Inline = new Secret(Users) });
        await extension.StartAsync(null!, CancellationToken.None);
        return extension;
    }

    private static Headers Credentials(string user, string password) =>
        new() { ["Authorization"] = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")) };

    private static async Task<string> SentAsync(BasicAuthSender sender)
    {
        var headers = new Headers();
        await sender.ApplyAsync(headers, CancellationToken.None);
        Assert.StartsWith("Basic ", headers["Authorization"], StringComparison.Ordinal);
        return Encoding.UTF8.GetString(Convert.FromBase64String(headers["Authorization"]["Basic ".Length..]));
    }
}
