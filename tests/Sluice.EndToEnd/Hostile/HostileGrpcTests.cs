using System.Buffers.Binary;
using System.IO.Compression;
using Sluice.EndToEnd.Support;
using Sluice.Telemetry;
using static Sluice.EndToEnd.Hostile.Http2Frames;

namespace Sluice.EndToEnd.Hostile;

/// <summary>What comes in over HTTP/2 to do harm: the server ends the connection, and honest senders on others are served.</summary>
public sealed class HostileGrpcTests
{
    [Theory]
    [InlineData("reset")]
    [InlineData("ping")]
    [InlineData("settings")]
    [InlineData("empty data")]
    [InlineData("continuation")]
    [InlineData("unknown frames")]
    public async Task A_flood_ends_with_its_connection_or_in_nothing(string kind)
    {
        await using var sluice = await Stronghold.StartAsync();
        await sluice.WhileServedAsync(() => Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            using var connection = await RawConnection.OpenAsync(sluice.Grpc);
            await connection.SendAsync(Preface);
            var answers = connection.ReadToEndAsync();
            foreach (var frames in Flood(kind))
            {
                if (!await connection.TrySendAsync(frames))
                {
                    break;
                }
            }

            connection.Reset();
            await answers;
        })));
        await HonestCallAsync(sluice);
        await sluice.ExpectUnharmedAsync(others: 1);
    }

    [Fact]
    public async Task What_breaks_the_protocol_ends_the_connection_or_the_call()
    {
        (string Kind, byte[] Bytes)[] cases =
        [
            ("a frame that is too large", [.. Preface, .. Frame(Data, 0, 1, new byte[100_000])]),
            ("data on no stream", [.. Preface, .. Frame(Data, 0, 1, [1])]),
            ("a stream of the server", [.. Preface, .. Frame(Headers, EndHeaders, 2, CallHead())]),
            ("a head that is too large", [.. Preface, .. HugeHead()]),
        ];
        await using var sluice = await Stronghold.StartAsync();
        await sluice.WhileServedAsync(async () =>
        {
            foreach (var (kind, bytes) in cases)
            {
                using var connection = await RawConnection.OpenAsync(sluice.Grpc);
                await connection.TrySendAsync(bytes);
                var frames = Parse(await connection.ReadToEndAsync());
                Assert.True(frames.Any(frame => frame.Type is GoAway or ResetStream), $"{kind}: {string.Join(' ', frames.Select(frame => frame.Type))}");
            }

            using var old = await RawConnection.OpenAsync(sluice.Grpc);
            await old.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Assert.NotEmpty(await old.ReadToEndAsync());
        });
        await HonestCallAsync(sluice);
        await sluice.ExpectUnharmedAsync(others: 1);
    }

    [Fact]
    public async Task Messages_that_are_only_announced_hold_no_memory()
    {
        await using var sluice = await Stronghold.StartAsync();
        await sluice.WhileServedAsync(async () =>
        {
            // A hundred calls on each of four connections announce fifty times the memory for requests.
            var connections = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RawConnection.OpenAsync(sluice.Grpc)));
            foreach (var connection in connections)
            {
                await connection.SendAsync(Preface);
                for (var stream = 1; stream < 200; stream += 2)
                {
                    await connection.SendAsync(Frame(Headers, EndHeaders, stream, CallHead()));
                    await connection.SendAsync(Frame(Data, 0, stream, Announce(0, 4 << 20)));
                }
            }

            await HonestCallAsync(sluice);
            foreach (var connection in connections)
            {
                connection.Reset();
            }
        });
        await sluice.ExpectUnharmedAsync(others: 1);
    }

    [Fact]
    public async Task A_bomb_is_refused_without_going_off()
    {
        await using var sluice = await Stronghold.StartAsync();
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal))
        {
            for (var i = 0; i < 512; i++)
            {
                gzip.Write(new byte[1 << 20]);
            }
        }

        var bomb = output.ToArray();
        await sluice.WhileServedAsync(async () => Assert.Equal("8", await CallAsync(sluice, [.. Announce(1, bomb.Length), .. bomb])));
        await sluice.ExpectUnharmedAsync();
    }

    [Fact]
    public async Task Wrong_framing_of_a_message_is_answered_with_its_status()
    {
        const string Internal = "13";
        const string ResourceExhausted = "8";
        (byte Flag, int Announced, string Expected)[] cases =
            [(0, 0, Internal), (0, 100, Internal), (0, int.MaxValue, ResourceExhausted), (2, 10, Internal), (1, 10, Internal)];
        await using var sluice = await Stronghold.StartAsync();
        await sluice.WhileServedAsync(async () =>
        {
            foreach (var (flag, announced, expected) in cases)
            {
                var status = await CallAsync(sluice, [.. Announce(flag, announced), .. new byte[10]]);
                Assert.True(status == expected, $"flag {flag}, {announced} bytes announced: {status}");
            }
        });
        await sluice.ExpectUnharmedAsync();
    }

    private static IEnumerable<byte[]> Flood(string kind)
    {
        var pings = Enumerable.Repeat(Frame(Ping, 0, 0, new byte[8]), 100).SelectMany(frame => frame).ToArray();
        var settings = Enumerable.Repeat(Frame(Settings, 0, 0, []), 100).SelectMany(frame => frame).ToArray();
        var unknown = Enumerable.Repeat(Frame(0x77, 0, 0, new byte[100]), 100).SelectMany(frame => frame).ToArray();
        var continuation = Frame(Continuation, 0, 1, [0, 1, (byte)'a', 1, (byte)'b']);
        if (kind is "continuation")
        {
            yield return Frame(Headers, 0, 1, CallHead());
        }
        else if (kind is "empty data")
        {
            yield return Frame(Headers, EndHeaders, 1, CallHead());
        }

        for (var i = 0; i < 2000; i++)
        {
            var stream = (2 * i) + 1;
            yield return kind switch
            {
                // CVE-2023-44487: calls that are taken back as soon as they are made.
                "reset" => [.. Frame(Headers, EndHeaders, stream, CallHead()), .. Frame(ResetStream, 0, stream, [0, 0, 0, 8])],
                "ping" => pings,
                "settings" => settings,
                "empty data" => Frame(Data, 0, 1, []),
                "continuation" => continuation,
                _ => unknown,
            };
        }
    }

    private static byte[] HugeHead()
    {
        var block = CallHead([.. Enumerable.Range(0, 100).Select(i => ($"x-{i}", new string('y', 1000)))]);
        var frames = new List<byte>(Frame(Headers, EndStream, 1, block.AsSpan(0, 16_000)));
        for (var at = 16_000; at < block.Length; at += 16_000)
        {
            var rest = block.AsSpan(at, Math.Min(16_000, block.Length - at));
            frames.AddRange(Frame(Continuation, at + rest.Length == block.Length ? EndHeaders : (byte)0, 1, rest));
        }

        return [.. frames];
    }

    private static byte[] Announce(byte flag, int length)
    {
        var header = new byte[5];
        header[0] = flag;
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(1), length);
        return header;
    }

    /// <summary>Sends the body of a call as it is.</summary>
    /// <returns>The status of its refusal.</returns>
    private static async Task<string> CallAsync(Stronghold sluice, byte[] body)
    {
        using var http = new HttpClient();
        using var call = new HttpRequestMessage(HttpMethod.Post, $"http://{sluice.Grpc}/opentelemetry.proto.collector.logs.v1.LogsService/Export")
        {
            Version = new Version(2, 0),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        call.Headers.Add("grpc-encoding", "gzip");
        call.Content.Headers.TryAddWithoutValidation("Content-Type", "application/grpc");
        using var answer = await http.SendAsync(call);
        return answer.Headers.GetValues("grpc-status").Single();
    }

    private static async Task HonestCallAsync(Stronghold sluice)
    {
        var (status, message, _) = await sluice.Instance.Otlp.CallAsync(Signal.Logs, OtlpClient.Logs("honest", "over gRPC"));
        Assert.True(status == 0, message);
    }
}
