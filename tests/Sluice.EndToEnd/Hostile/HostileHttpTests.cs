using System.Globalization;
using System.IO.Compression;
using System.Text;
using Google.Protobuf;
using Sluice.EndToEnd.Support;

namespace Sluice.EndToEnd.Hostile;

/// <summary>What comes in over HTTP/1.1 to do harm: each is answered as it should be, while honest senders are served.</summary>
public sealed class HostileHttpTests
{
    private static readonly bool IsSoak = Environment.GetEnvironmentVariable("SLUICE_SOAK") == "1";

    /// <summary>Ten thousand need two open files each, so that the long run raises the limit; see tests/run.</summary>
    private static readonly int IdleConnections = IsSoak ? 10_000 : 300;

    [Fact]
    public async Task Heads_that_never_end_are_cut_off_in_time()
    {
        await using var sluice = await Stronghold.StartAsync();
        await sluice.WhileServedAsync(async () =>
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
            {
                using var connection = await RawConnection.OpenAsync(sluice.Http);
                await connection.SendAsync("POST /v1/logs HTTP/1.1\r\nHost: a\r\nX-Slow: ");
                return await connection.ReadStatusAsync();
            }));
            Assert.All(answers, answer => Assert.Equal("HTTP/1.1 408 Request Timeout", answer));
        });
        await sluice.ExpectUnharmedAsync();
    }

    [Fact]
    public async Task Bodies_that_never_come_hold_neither_memory_nor_time()
    {
        await using var sluice = await Stronghold.StartAsync();
        await sluice.WhileServedAsync(async () =>
        {
            // Together they announce sixty times the memory for requests.
            var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
            {
                using var connection = await RawConnection.OpenAsync(sluice.Http);
                await connection.SendAsync($"POST /v1/logs HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-protobuf\r\nContent-Length: {20 << 20}\r\n\r\nsome");
                return await connection.ReadStatusAsync();
            }));
            Assert.All(answers, answer => Assert.Equal("HTTP/1.1 408 Request Timeout", answer));
        });
        await sluice.ExpectUnharmedAsync();
    }

    [Fact]
    public async Task Abandoned_uploads_leave_nothing_behind()
    {
        await using var sluice = await Stronghold.StartAsync();
        await sluice.WhileServedAsync(async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                using var connection = await RawConnection.OpenAsync(sluice.Http);
                await connection.SendAsync("POST /v1/logs HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-protobuf\r\nContent-Length: 500000\r\n\r\n");
                await connection.SendAsync(new byte[1000 * i]);
                if (i % 2 == 0)
                {
                    connection.Reset();
                }
            }
        });
        await sluice.ExpectUnharmedAsync();
    }

    [Fact]
    public async Task Idle_connections_cost_next_to_nothing()
    {
        await using var sluice = await Stronghold.StartAsync();
        var before = sluice.Instance.Process.ResidentBytes;
        var connections = new List<RawConnection>();
        try
        {
            await sluice.WhileServedAsync(async () =>
            {
                for (var i = 0; i < IdleConnections; i++)
                {
                    connections.Add(await RawConnection.OpenAsync(sluice.Http));
                }
            });
            var perConnection = (sluice.Instance.Process.ResidentBytes - before) / IdleConnections;
            Assert.True(!IsSoak || perConnection < 20_000, $"{perConnection} bytes per idle connection");
        }
        finally
        {
            connections.ForEach(connection => connection.Dispose());
        }

        await sluice.ExpectUnharmedAsync();
    }

    [Fact]
    public async Task A_bomb_is_refused_without_going_off()
    {
        (string Coding, byte[] Bomb)[] bombs = [("gzip", Bomb("gzip", 512)), ("deflate", Bomb("deflate", 512)), ("gzip", Bomb("gzip", 21))];
        await using var sluice = await Stronghold.StartAsync();
        await sluice.WhileServedAsync(() => Task.WhenAll(Enumerable.Range(0, 12).Select(async i =>
        {
            var (coding, bomb) = bombs[i % bombs.Length];
            using var connection = await RawConnection.OpenAsync(sluice.Http);
            await connection.SendAsync(
                $"POST /v1/logs HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-protobuf\r\nContent-Encoding: {coding}\r\nContent-Length: {bomb.Length}\r\n\r\n");
            await connection.TrySendAsync(bomb);

            // Several at once are more than the memory for requests; then it is the memory that refuses.
            Assert.Contains(await connection.ReadStatusAsync(), (string[])["HTTP/1.1 413 Payload Too Large", "HTTP/1.1 429 Too Many Requests"]);
        })));
        await sluice.ExpectUnharmedAsync();
    }

    [Fact]
    public async Task Wrong_lengths_and_framings_are_refused()
    {
        (string Tail, string Expected)[] cases =
        [
            ("Content-Length: 10\r\nContent-Length: 20\r\n\r\n", "400"),
            ("Content-Length: -1\r\n\r\n", "400"),
            ("Content-Length: 99999999999999999999\r\n\r\n", "400"),
            ("Content-Length: 20971521\r\n\r\n", "413"),
            ("Content-Length: 4000000000\r\n\r\n", "413"),
            ("Content-Length: 3\r\n\r\n\u0001\u0002\u0003GET / HTTP/1.1\r\n\r\n", "400"),
            ("Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", "400"),
            ("Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n", "400"),
            ("Transfer-Encoding: chunked\r\n\r\n5\r\nhello0\r\n\r\n", "400"),
            ("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n4\r\nnope\r\n0\r\n\r\n", "400"),
            ("Transfer-Encoding: gzip, chunked\r\n\r\n4\r\nnope\r\n0\r\n\r\n", "400"),
            ("Transfer-Encoding: gzip\r\n\r\n", "400"),
            ("Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope", "400"),
        ];
        await using var sluice = await Stronghold.StartAsync();
        await sluice.WhileServedAsync(async () =>
        {
            foreach (var (tail, expected) in cases)
            {
                using var connection = await RawConnection.OpenAsync(sluice.Http);
                await connection.SendAsync($"POST /v1/logs HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-protobuf\r\n{tail}");
                var status = await connection.ReadStatusAsync();
                Assert.True(status.StartsWith($"HTTP/1.1 {expected} ", StringComparison.Ordinal), $"{tail}: {status}");
            }
        });
        await sluice.ExpectUnharmedAsync();
    }

    [Fact]
    public async Task Huge_heads_are_refused_while_they_come()
    {
        (string Form, int Length, string Expected)[] cases =
        [
            ("GET / HTTP/1.1\r\nHost: a\r\nX: {0}\r\n\r\n", 40_000, "431"),
            ("GET /{0} HTTP/1.1\r\nHost: a\r\n\r\n", 10_000, "414"),
            ("{0}", 10_000, "414"),
        ];
        await using var sluice = await Stronghold.StartAsync();
        await sluice.WhileServedAsync(async () =>
        {
            foreach (var (form, length, expected) in cases)
            {
                using var connection = await RawConnection.OpenAsync(sluice.Http);
                await connection.TrySendAsync(Encoding.ASCII.GetBytes(string.Format(CultureInfo.InvariantCulture, form, new string('x', length))));
                var status = await connection.ReadStatusAsync();
                Assert.True(status.StartsWith($"HTTP/1.1 {expected} ", StringComparison.Ordinal), $"{form}: {status}");
            }
        });
        await sluice.ExpectUnharmedAsync();
    }

    [Fact]
    public async Task A_request_with_thousands_of_headers_is_refused()
    {
        await using var sluice = await Stronghold.StartAsync();
        await sluice.WhileServedAsync(async () =>
        {
            using var connection = await RawConnection.OpenAsync(sluice.Http);
            var headers = string.Concat(Enumerable.Range(0, 2000).Select(i => $"a{i}: b\r\n"));
            await connection.TrySendAsync(Encoding.ASCII.GetBytes($"POST /v1/logs HTTP/1.1\r\nHost: a\r\n{headers}\r\n"));
            Assert.StartsWith("HTTP/1.1 431 ", await connection.ReadStatusAsync(), StringComparison.Ordinal);
        });
        await sluice.ExpectUnharmedAsync();
    }

    [Fact]
    public async Task Wrong_credentials_are_answered_401_and_right_ones_come_in_meanwhile()
    {
        // The hash is bcrypt's: guessing takes a processor, and those who wait behind too many guesses come again.
        const string Guarded =
            """
            receivers:
              otlp/guarded:
                protocols:
                  http: {endpoint: "127.0.0.1:0", auth: {authenticator: basicauth}, include_metadata: true}
            extensions:
              basicauth: {htpasswd: {inline: "U*U:$$2a$$05$$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"}}
            service:
              extensions: [health_check, basicauth]
              pipelines:
                logs: {receivers: [otlp, otlp/guarded]}
            """;
        await using var sluice = await Stronghold.StartAsync(Guarded);
        using var http = new HttpClient { BaseAddress = new Uri($"http://{sluice.Instance.Process.Endpoints["otlp/guarded/http"]}") };
        Assert.Equal(200, await PostAsync(http, "U*U", "U*U"));
        await sluice.WhileServedAsync(async () =>
        {
            var guesses = Enumerable.Range(0, 200).Select(i => PostAsync(http, "U*U", $"guess {i}")).ToList();
            Assert.Equal(200, await PostAsync(http, "U*U", "U*U"));
            Assert.All(await Task.WhenAll(guesses), status => Assert.True(status is 401 or 503, $"{status}"));
        });
        await sluice.ExpectUnharmedAsync(others: 2);
    }

    private static async Task<int> PostAsync(HttpClient http, string user, string password)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/logs")
        {
            Content = new ByteArrayContent(OtlpClient.Logs("guarded", $"{Guid.NewGuid()}").ToByteArray()),
        };
        request.Content.Headers.ContentType = new("application/x-protobuf");
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        using var answer = await http.SendAsync(request);
        return (int)answer.StatusCode;
    }

    private static byte[] Bomb(string coding, int mebibytes)
    {
        using var output = new MemoryStream();
        using (Stream stream = coding == "gzip" ? new GZipStream(output, CompressionLevel.Optimal) : new ZLibStream(output, CompressionLevel.Optimal))
        {
            var zeros = new byte[1 << 20];
            for (var i = 0; i < mebibytes; i++)
            {
                stream.Write(zeros);
            }
        }

        return output.ToArray();
    }
}
