using System.Net;
using Google.Rpc;
using Sluice.Components.Receivers.OtlpReceiver;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry;
using Sluice.Testing;
using Sluice.Transport.Authentication;
using Sluice.Transport.HttpServer;

namespace Sluice.Components.Tests.Receivers.OtlpReceiver;

/// <summary>Whom the receiver lets in: credentials, rates, browsers.</summary>
public sealed class OtlpGateTests
{
    private const string Protobuf = "application/x-protobuf";
    private static readonly ServerAuthenticationOptions Auth = new() { Authenticator = "auth" };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_sender_who_is_known_comes_in_with_its_name(bool waits)
    {
        await using var test = await StartAsync(new Users { Waits = waits });
        test.Http.DefaultRequestHeaders.Add("X-User", "ana");
        test.Http.DefaultRequestHeaders.Add("X-Kept", "yes");
        test.Grpc.DefaultRequestHeaders.Add("X-User", "bob");

        var (answer, _) = await Requests.PostAsync(test.Http, "/v1/logs", Requests.Sample(Signal.Logs), Protobuf);
        var (code, _, _, _) = await Requests.CallAsync(test.Grpc, Requests.Methods[0], Requests.Sample(Signal.Logs));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(0, code);
        Assert.Equal(["ana", "bob"], test.Intake.Requests.Select(request => request.Context.Subject));
        var headers = test.Intake.Requests.First().Context.Headers.Select(header => header.Key).ToArray();
        Assert.Contains("x-kept", headers);
        Assert.DoesNotContain("x-user", headers);
    }

    [Fact]
    public async Task The_name_is_that_of_each_request_of_a_connection()
    {
        await using var test = await StartAsync(new Users());
        foreach (var user in new[] { "ana", "bob", "ana" })
        {
            test.Http.DefaultRequestHeaders.Remove("X-User");
            test.Http.DefaultRequestHeaders.Add("X-User", user);
            await Requests.PostAsync(test.Http, "/v1/logs", Requests.Sample(Signal.Logs), Protobuf);
        }

        Assert.Equal(["ana", "bob", "ana"], test.Intake.Requests.Select(request => request.Context.Subject));
    }

    [Theory]
    [InlineData("/v1/logs")]
    [InlineData("/nothing/here")]
    public async Task Over_HTTP_anybody_else_is_answered_401_whatever_the_path(string path)
    {
        await using var test = await StartAsync(new Users());

        var (answer, body) = await Requests.PostAsync(test.Http, path, Requests.Sample(Signal.Logs), Protobuf);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Test realm=\"t\"", answer.Headers.WwwAuthenticate.ToString());
        var status = Status.Parser.ParseFrom(body);
        Assert.Equal((16, "who are you?"), (status.Code, status.Message));
        Assert.Empty(test.Intake.Requests);
        Assert.Equal(path == "/v1/logs" ? ["Logs unauthenticated"] : [], test.Intake.Refusals);
    }

    [Fact]
    public async Task Over_gRPC_anybody_else_is_UNAUTHENTICATED()
    {
        await using var test = await StartAsync(new Users());

        var (code, message, _, _) = await Requests.CallAsync(test.Grpc, Requests.Methods[0], Requests.Sample(Signal.Logs));

        Assert.Equal((16, "who are you?"), (code, message));
        Assert.Equal(["Logs unauthenticated"], test.Intake.Refusals);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task When_nobody_can_be_checked_senders_come_again(bool waits)
    {
        await using var test = await StartAsync(new Users { Fails = true, Waits = waits });

        var (answer, _) = await Requests.PostAsync(test.Http, "/v1/logs", Requests.Sample(Signal.Logs), Protobuf);
        var (code, _, _, _) = await Requests.CallAsync(test.Grpc, Requests.Methods[0], Requests.Sample(Signal.Logs));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Equal(14, code);
    }

    [Fact]
    public async Task More_requests_than_the_rate_are_told_to_come_again()
    {
        var time = new ManualTimeProvider();
        var options = ReceiverUnderTest.FreePorts(http => http with { MaxRequestsPerSecond = 2 }, grpc => grpc with { MaxRequestsPerSecond = 1 });
        await using var test = await ReceiverUnderTest.StartAsync(options, time: time);

        List<HttpStatusCode> answers = [];
        for (var i = 0; i < 3; i++)
        {
            var (answer, _) = await Requests.PostAsync(test.Http, "/v1/logs", Requests.Sample(Signal.Logs), Protobuf);
            answers.Add(answer.StatusCode);
        }

        var first = await Requests.CallAsync(test.Grpc, Requests.Methods[0], Requests.Sample(Signal.Logs), timeout: null);
        var second = await Requests.CallAsync(test.Grpc, Requests.Methods[0], Requests.Sample(Signal.Logs), timeout: null);

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests], answers);
        Assert.Equal((0, 8), (first.Code, second.Code));
        Assert.NotNull(second.Details);
        Assert.Equal(["Logs rate_limit", "Logs rate_limit"], test.Intake.Refusals);
        time.Advance(TimeSpan.FromSeconds(1));
        var (later, _) = await Requests.PostAsync(test.Http, "/v1/logs", Requests.Sample(Signal.Logs), Protobuf);
        Assert.Equal(HttpStatusCode.OK, later.StatusCode);
    }

    [Fact]
    public async Task A_browser_may_ask_without_credentials_and_read_the_answer_to_its_request()
    {
        var options = ReceiverUnderTest.FreePorts(http => http with
        {
            Auth = Auth,
            Cors = new CorsOptions { AllowedOrigins = ["https://*.example.com"], AllowedHeaders = ["X-User"], MaxAge = 60 },
        });
        await using var test = await ReceiverUnderTest.StartAsync(options, authenticator: new Users());
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/v1/logs");
        preflight.Headers.Add("Origin", "https://shop.example.com");
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        preflight.Headers.Add("Access-Control-Request-Headers", "content-type,x-user");

        using var allowed = await test.Http.SendAsync(preflight, TestContext.Current.CancellationToken);
        test.Http.DefaultRequestHeaders.Add("Origin", "https://shop.example.com");
        test.Http.DefaultRequestHeaders.Add("X-User", "ana");
        var (answer, _) = await Requests.PostAsync(test.Http, "/v1/logs", "{}"u8.ToArray(), "application/json");

        Assert.Equal(HttpStatusCode.NoContent, allowed.StatusCode);
        Assert.Equal("content-type,x-user", allowed.Headers.GetValues("Access-Control-Allow-Headers").Single());
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("https://shop.example.com", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
    }

    private static Task<ReceiverUnderTest> StartAsync(Users users) => ReceiverUnderTest.StartAsync(
        ReceiverUnderTest.FreePorts(http => http with { Auth = Auth, IncludeMetadata = true }, grpc => grpc with { Auth = Auth }), authenticator: users);

    /// <summary>Believes a header.</summary>
    private sealed class Users : IExtension, IServerAuthenticator
    {
        public bool Waits { get; init; }

        public bool Fails { get; init; }

        public IReadOnlyList<BoundEndpoint> Endpoints => [];

        public IReadOnlyList<string> CredentialHeaders => ["x-user"];

        public Task StartAsync(IRuntimeStatus status, CancellationToken cancellationToken) => Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        public ValueTask<AuthenticationResult> AuthenticateAsync(HeaderLookup headers, CancellationToken cancellationToken)
        {
            if (Waits)
            {
                return WaitAsync(headers["X-User"]);
            }

            return Fails ? throw new InvalidOperationException("no directory") : ValueTask.FromResult(Judge(headers["X-User"]));
        }

        private async ValueTask<AuthenticationResult> WaitAsync(string? user)
        {
            await Task.Yield();
            return Fails ? throw new InvalidOperationException("no directory") : Judge(user);
        }

        private static AuthenticationResult Judge(string? user) =>
            user is null ? AuthenticationResult.Refused("who are you?", "Test realm=\"t\"") : AuthenticationResult.Authenticated(user);
    }
}
