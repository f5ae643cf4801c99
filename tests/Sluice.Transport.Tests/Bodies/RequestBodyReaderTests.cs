using System.IO.Compression;
using System.Text;
using Sluice.Buffers;
using Sluice.Testing;
using Sluice.Transport.Bodies;
using Sluice.Transport.Tests.Support;

namespace Sluice.Transport.Tests.Bodies;

public sealed class RequestBodyReaderTests
{
    private static readonly Uri Root = new("/", UriKind.Relative);

    public static TheoryData<int, string, bool> Bodies
    {
        get
        {
            var data = new TheoryData<int, string, bool>();
            foreach (var length in new[] { 0, 1, 4095, 4096, 4097, 100_000, 1 << 20 })
            {
                foreach (var coding in new[] { "identity", "gzip", "deflate" })
                {
                    data.Add(length, coding, true);
                    data.Add(length, coding, false);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_body_arrives_whole_in_every_coding_and_framing(int length, string coding, bool chunked)
    {
        await using var server = await TestServer.StartBodyReaderAsync(new BodyLimits { MaxSize = 1 << 20 });
        var body = Payload(length);

        var answer = await SendAsync(server, Compress(body, coding), coding, chunked);

        Assert.Equal(TestServer.Describe(BodyStatus.Ok, body), answer);
    }

    [Fact]
    public async Task Every_truncation_of_a_compressed_body_is_refused()
    {
        await using var server = await TestServer.StartBodyReaderAsync();
        foreach (var coding in new[] { "gzip", "deflate" })
        {
            var compressed = Compress(Payload(3000), coding);
            for (var length = 1; length < compressed.Length; length += length < 30 || length > compressed.Length - 20 ? 1 : 37)
            {
                var answer = await SendAsync(server, compressed[..length], coding, chunked: false);

                Assert.True(answer == "Corrupt 0 0", $"{coding} cut to {length} of {compressed.Length} bytes: {answer}");
            }
        }
    }

    [Fact]
    public async Task A_flipped_bit_in_a_gzip_body_is_refused_or_changes_nothing()
    {
        await using var server = await TestServer.StartBodyReaderAsync();
        var body = Payload(2000);
        var compressed = Compress(body, "gzip");
        var right = TestServer.Describe(BodyStatus.Ok, body);
        for (var i = 0; i < compressed.Length; i += 11)
        {
            var flipped = compressed.ToArray();
            flipped[i] ^= 0x10;

            var answer = await SendAsync(server, flipped, "gzip", chunked: false);

            Assert.True(answer == "Corrupt 0 0" || answer == right, $"byte {i}: {answer}");
        }
    }

    [Fact]
    public async Task A_gzip_body_of_several_members_is_read_as_one()
    {
        await using var server = await TestServer.StartBodyReaderAsync();
        byte[] compressed = [.. Compress(Payload(5000), "gzip"), .. Compress(Payload(7000), "gzip")];

        var answer = await SendAsync(server, compressed, "gzip", chunked: false);

        Assert.Equal(TestServer.Describe(BodyStatus.Ok, [.. Payload(5000), .. Payload(7000)]), answer);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task A_bomb_is_refused_with_memory_bounded_by_the_limit(string coding)
    {
        await using var server = await TestServer.StartBodyReaderAsync(new BodyLimits { MaxSize = 1 << 20 }, budget: 4 << 20);

        var answer = await SendAsync(server, Compress(new byte[100 << 20], coding), coding, chunked: false);

        Assert.Equal("TooLarge 0 0", answer);
        Assert.True(server.Pool.RetainedBytes <= 4 << 20, $"{server.Pool.RetainedBytes} bytes were rented");
    }

    [Theory]
    [InlineData(true, "identity")]
    [InlineData(false, "identity")]
    [InlineData(true, "gzip")]
    public async Task One_byte_more_than_the_limit_is_refused(bool chunked, string coding)
    {
        await using var server = await TestServer.StartBodyReaderAsync(new BodyLimits { MaxSize = 8192 });

        Assert.StartsWith("Ok 8192 ", await SendAsync(server, Compress(new byte[8192], coding), coding, chunked), StringComparison.Ordinal);
        Assert.Equal("TooLarge 0 0", await SendAsync(server, Compress(new byte[8193], coding), coding, chunked));
    }

    [Theory]
    [InlineData(true, "identity")]
    [InlineData(false, "identity")]
    [InlineData(false, "gzip")]
    public async Task A_body_beyond_the_budget_is_refused(bool chunked, string coding)
    {
        await using var server = await TestServer.StartBodyReaderAsync(budget: 64 << 10);

        Assert.Equal("OverBudget 0 0", await SendAsync(server, Compress(Payload(100_000), coding), coding, chunked));
        Assert.True(server.Budget.Refusals > 0);
    }

    [Theory]
    [InlineData("br")]
    [InlineData("zstd")]
    [InlineData("gzip, gzip")]
    public async Task Another_coding_is_refused(string coding)
    {
        await using var server = await TestServer.StartBodyReaderAsync();

        Assert.Equal("UnsupportedCoding 0 0", await SendAsync(server, Payload(10), coding, chunked: false));
    }

    [Fact]
    public async Task A_coding_that_is_switched_off_is_refused()
    {
        await using var server = await TestServer.StartBodyReaderAsync(new BodyLimits { Codings = ContentCodings.Identity });

        Assert.Equal("UnsupportedCoding 0 0", await SendAsync(server, Compress([1], "gzip"), "gzip", chunked: false));
    }

    [Theory]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nsome")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n9\r\nmo")]
    public async Task An_aborted_upload_gives_everything_back(string sent)
    {
        await using var server = await TestServer.StartBodyReaderAsync();
        using (var client = await server.ConnectAsync())
        {
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(sent), TestContext.Current.CancellationToken);
            await Eventually.TrueAsync(() => server.Pool.RentedCount > 0, "the body is being read");
        }

        await Eventually.TrueAsync(() => server.Pool.RentedCount == 0 && server.Budget.Used == 0, "memory and budget are back");
    }

    [Theory]
    [InlineData("zz")]
    [InlineData("-5")]
    [InlineData("80000000")]
    [InlineData("ffffffffffffffff")]
    public async Task A_broken_chunk_is_malformed(string size)
    {
        await using var server = await TestServer.StartBodyReaderAsync();
        using var client = await server.ConnectAsync();
        await client.GetStream().WriteAsync(
            Encoding.ASCII.GetBytes($"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n{size}\r\nhello\r\n"),
            TestContext.Current.CancellationToken);

        using var reader = new StreamReader(client.GetStream());
        Assert.Contains("Malformed 0 0", await reader.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_stalls_past_its_deadline_times_out()
    {
        var time = new ManualTimeProvider();
        await using var server = await TestServer.StartBodyReaderAsync(deadline: () => new RequestDeadline(time, TimeSpan.FromSeconds(3)));
        using var client = await server.ConnectAsync();
        await client.GetStream().WriteAsync(
            "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 9\r\n\r\nsome"u8.ToArray(), TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => time.ArmedTimers > 0, "the read waits");

        time.Advance(TimeSpan.FromSeconds(3));

        var buffer = new byte[4096];
        var text = "";
        while (!text.Contains("TimedOut", StringComparison.Ordinal))
        {
            var read = await client.GetStream().ReadAsync(buffer, TestContext.Current.CancellationToken);
            Assert.NotEqual(0, read);
            text += Encoding.ASCII.GetString(buffer, 0, read);
        }
    }

    [Fact]
    public void A_lease_gives_back_exactly_what_it_took()
    {
        var budget = new ByteBudget("test", 100);
        using (var lease = new BudgetLease(budget))
        {
            Assert.True(lease.TryExtend(60));
            Assert.False(lease.TryExtend(50));
            Assert.True(lease.TryExtendTo(50));
            Assert.True(lease.TryExtendTo(90));
            lease.Release(20);
            Assert.Equal(70, budget.Used);
            Assert.Throws<ArgumentOutOfRangeException>(() => lease.Release(71));
        }

        Assert.Equal(0, budget.Used);
    }

    private static async Task<string> SendAsync(TestServer server, byte[] body, string coding, bool chunked)
    {
        using HttpContent content = chunked ? new PiecewiseContent(body, 30_000) : new ByteArrayContent(body);
        if (coding != "identity")
        {
            content.Headers.Add("Content-Encoding", coding);
        }

        using var answer = await server.Client.PostAsync(Root, content, TestContext.Current.CancellationToken);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private static byte[] Payload(int length)
    {
        var payload = new byte[length];
        var random = new Random(length);
        for (var i = 0; i < length; i++)
        {
            payload[i] = (byte)(random.Next(4) == 0 ? random.Next(256) : 'a');
        }

        return payload;
    }

    private static byte[] Compress(byte[] body, string coding)
    {
        using var output = new MemoryStream();
        using (Stream compressor = coding switch
        {
            "gzip" => new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true),
            "deflate" => new ZLibStream(output, CompressionLevel.Fastest, leaveOpen: true),
            _ => new BufferedStream(output, 4096),
        })
        {
            compressor.Write(body);
            compressor.Flush();
            return coding == "identity" ? body : Finish(compressor, output);
        }
    }

    private static byte[] Finish(Stream compressor, MemoryStream output)
    {
        compressor.Dispose();
        return output.ToArray();
    }
}
