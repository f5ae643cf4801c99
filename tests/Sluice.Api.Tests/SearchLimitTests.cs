using System.Net;
using System.Net.Sockets;
using Sluice.Api.Tests.Support;
using Sluice.Runtime.Graph;
using Sluice.Store.Tests.Support;
using Sluice.Testing;

namespace Sluice.Api.Tests;

/// <summary>What keeps searches from taking everything. A client that does not read its answer stands for a search that takes long.</summary>
public sealed class SearchLimitTests
{
    private static readonly ApiOptions OneAtATime = new() { MaxConcurrentQueries = 1, QueryTimeout = TimeSpan.FromMinutes(30) };

    [Fact]
    public async Task A_search_that_gets_no_turn_is_told_to_come_back()
    {
        await using var api = await ApiFixture.StartAsync(limits: OneAtATime);
        await StoreMuchAsync(api);
        using var slow = new SlowClient(api.Client.BaseAddress!);
        using var unread = await slow.SearchAsync();

        var waiting = api.Client.GetAsync("services");
        await AdvanceAsync(api, TimeSpan.FromSeconds(1), () => waiting.IsCompleted);

        using var refused = await waiting;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(5), refused.Headers.RetryAfter?.Delta);
        Assert.Contains("Too many searches are running.", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await api.GetAsync("status");
    }

    [Fact]
    public async Task A_search_waits_for_its_turn_until_the_other_ends()
    {
        await using var api = await ApiFixture.StartAsync(limits: OneAtATime);
        await StoreMuchAsync(api);
        using var slow = new SlowClient(api.Client.BaseAddress!);
        var unread = await slow.SearchAsync();
        var waiting = api.Client.GetAsync("services");
        Assert.False(waiting.IsCompleted);

        // Closes the connection: the client that goes away is noticed, and its search ends.
        unread.Dispose();

        using var answer = await waiting;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task An_answer_that_takes_too_long_is_cut_off_so_that_it_cannot_be_taken_for_whole()
    {
        await using var api = await ApiFixture.StartAsync(limits: OneAtATime);
        await StoreMuchAsync(api);
        using var slow = new SlowClient(api.Client.BaseAddress!);
        using var unread = await slow.SearchAsync();

        api.Store.Time.Advance(OneAtATime.QueryTimeout);

        var error = await Assert.ThrowsAnyAsync<Exception>(() => unread.Content.ReadAsByteArrayAsync());
        Assert.True(error is HttpRequestException or IOException, error.ToString());
        await api.GetAsync("services");
    }

    [Fact]
    public async Task A_search_whose_time_is_up_before_anything_was_sent_says_so()
    {
        await using var api = await ApiFixture.StartAsync(limits: OneAtATime with { QueryTimeout = TimeSpan.Zero });
        await api.Store.StoreAsync(new SampleGenerator(1).Records(50, spans: false));

        var error = (await api.GetAsync("logs", HttpStatusCode.ServiceUnavailable)).GetProperty("error");

        Assert.Contains("was cut off", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("service::api::query_timeout", error.GetProperty("expected").GetString(), StringComparison.Ordinal);
    }

    /// <summary>More than sockets hold between two ends, so that a client that does not read holds the search up.</summary>
    private static async Task StoreMuchAsync(ApiFixture api)
    {
        var records = new SampleGenerator(1).Group(4000, spans: false);
        var body = new string('x', 4000);
        await api.Store.StoreAsync(records.ConvertAll(record => record with { Body = body }));
    }

    private static Task AdvanceAsync(ApiFixture api, TimeSpan step, Func<bool> until) => Eventually.TrueAsync(
        () =>
        {
            api.Store.Time.Advance(step);
            return until();
        },
        "the answer comes");

    private sealed class SlowClient(Uri api) : IDisposable
    {
        private readonly HttpClient _client = new(new SocketsHttpHandler { ConnectCallback = ConnectAsync, MaxResponseDrainSize = 0 }) { BaseAddress = api };

        /// <summary>Begins a search with a large answer, and returns at its headers.</summary>
        public Task<HttpResponseMessage> SearchAsync() => _client.GetAsync("logs?limit=10000", HttpCompletionOption.ResponseHeadersRead);

        public void Dispose() => _client.Dispose();

        private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 16 << 10 };
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
    }
}
