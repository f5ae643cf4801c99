using System.Buffers.Text;
using Sluice.Configuration;
using Sluice.Testing;
using Sluice.Testing.Sinks;
using Sluice.Transport.Kafka;

namespace Sluice.Transport.Tests.Kafka;

public sealed class KafkaTokensTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task A_token_of_the_configuration_is_used_as_it_is()
    {
        using var tokens = new KafkaTokens(new KafkaTokenOptions { Token = new Secret("opaque") }, _time);

        var token = await tokens.GetAsync(CancellationToken.None);

        Assert.Equal(("opaque", "sluice"), (token.Value, token.Principal));
        Assert.True(token.ExpiresAt > _time.GetUtcNow() + TimeSpan.FromDays(300));
    }

    [Fact]
    public async Task A_json_web_token_says_whose_it_is_and_when_it_ends()
    {
        var text = $"e30.{Base64Url.EncodeToString("""{"sub":"edge","exp":4102444800}"""u8)}.c2ln";
        using var tokens = new KafkaTokens(new KafkaTokenOptions { Token = new Secret(text) }, _time);

        var token = await tokens.GetAsync(CancellationToken.None);

        Assert.Equal((text, "edge", DateTimeOffset.FromUnixTimeSeconds(4102444800)), (token.Value, token.Principal, token.ExpiresAt));
    }

    [Theory]
    [InlineData("a.b")]
    [InlineData("a.!!.c")]
    [InlineData("a.e30.c")]
    [InlineData("a.W10.c")]
    [InlineData("a.eyJzdWIiOjF9.c")]
    public void What_is_no_json_web_token_says_nothing(string text) => Assert.Equal(default, KafkaTokens.Claims(text));

    [Fact]
    public async Task A_file_is_read_again_each_time()
    {
        var file = Path.GetTempFileName();
        try
        {
            using var tokens = new KafkaTokens(new KafkaTokenOptions { TokenFile = file }, _time);
            await File.WriteAllTextAsync(file, "first\n");
            Assert.Equal("first", (await tokens.GetAsync(CancellationToken.None)).Value);
            await File.WriteAllTextAsync(file, "second");
            var second = await tokens.GetAsync(CancellationToken.None);
            Assert.Equal(("second", _time.GetUtcNow() + TimeSpan.FromMinutes(1)), (second.Value, second.ExpiresAt));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Tokens_are_asked_for_with_the_clients_credentials()
    {
        await using var sink = await HttpSink.StartAsync();
        sink.AnswerWith(_ => SinkAnswer.Status(200, """{"access_token":"issued","expires_in":300}""", "application/json"));
        using var tokens = new KafkaTokens(Issued(sink.Address + "/token"), _time);

        var token = await tokens.GetAsync(CancellationToken.None);

        Assert.Equal(("issued", "sluice-edge", _time.GetUtcNow() + TimeSpan.FromMinutes(5)), (token.Value, token.Principal, token.ExpiresAt));
        var request = Assert.Single(sink.Requests);
        Assert.Equal("grant_type=client_credentials&scope=kafka+write", request.Text);
        Assert.Equal("Basic " + Convert.ToBase64String("sluice-edge:hu%3Ash"u8), request.Headers["authorization"]);
    }

    [Theory]
    [InlineData(401, "no", "/token answered 401 Unauthorized")]
    [InlineData(200, "{}", "/token holds no access_token")]
    public async Task A_refusal_says_what_came(int status, string body, string expected)
    {
        await using var sink = await HttpSink.StartAsync();
        sink.AnswerWith(_ => SinkAnswer.Status(status, body));
        using var tokens = new KafkaTokens(Issued(sink.Address + "/token"), _time);

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => tokens.GetAsync(CancellationToken.None));

        Assert.EndsWith(expected, refusal.Message, StringComparison.Ordinal);
    }

    private static KafkaTokenOptions Issued(string url) => new() { TokenUrl = url, ClientId = "sluice-edge", ClientSecret = new Secret("hu:sh"), Scopes = ["kafka", "write"] };
}
