using System.Globalization;
using System.IO.Compression;
using System.Net;

namespace Sluice.Load.Exposing;

public sealed class TargetServerTests
{
    private const int Samples = 20 * ExpositionPage.SamplesPerRoute;
    private static readonly IPEndPoint FreePort = new(IPAddress.Loopback, 0);

    [Fact]
    public async Task A_page_has_as_many_samples_as_are_asked_for_each_of_its_own_series()
    {
        await using var target = await TargetServer.StartAsync(FreePort, Samples, gzip: false, TestContext.Current.CancellationToken);
        using var client = new HttpClient();

        var page = await client.GetStringAsync(new Uri($"http://{target.Address}/metrics"), TestContext.Current.CancellationToken);

        var samples = page.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#').ToList();
        Assert.Equal(Samples, samples.Count);
        Assert.Equal(Samples, samples.Select(line => line[..line.LastIndexOf(' ')]).Distinct().Count());
        Assert.All(samples, line => Assert.True(double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture) >= 0, line));
        Assert.Equal(["counter", "gauge", "histogram"], page.Split('\n').Where(line => line.StartsWith("# TYPE", StringComparison.Ordinal)).Select(line => line.Split(' ')[^1]));
    }

    [Fact]
    public async Task Scrapes_are_counted_and_compressed_where_that_is_asked_for()
    {
        await using var plain = await TargetServer.StartAsync(FreePort, Samples, gzip: false, TestContext.Current.CancellationToken);
        await using var gzip = await TargetServer.StartAsync(FreePort, Samples, gzip: true, TestContext.Current.CancellationToken);
        using var client = new HttpClient();
        var page = await client.GetByteArrayAsync(new Uri($"http://{plain.Address}/metrics"), TestContext.Current.CancellationToken);
        using var refused = await client.GetAsync(new Uri($"http://{gzip.Address}/metrics"), TestContext.Current.CancellationToken);
        client.DefaultRequestHeaders.Add("Accept-Encoding", "gzip");
        var compressed = await client.GetByteArrayAsync(new Uri($"http://{gzip.Address}/metrics"), TestContext.Current.CancellationToken);
        var inflated = new MemoryStream();
        await using (var stream = new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress))
        {
            await stream.CopyToAsync(inflated, TestContext.Current.CancellationToken);
        }

        Assert.Equal(HttpStatusCode.NotAcceptable, refused.StatusCode);
        Assert.Equal(page, inflated.ToArray());
        Assert.True(compressed.Length < page.Length / 2, $"{compressed.Length} of {page.Length}");

        // An answer counts when the server has written it, of which the client may know before.
        await Testing.Eventually.TrueAsync(() => plain.Report == new TargetReport(1, Samples) && gzip.Report == new TargetReport(1, Samples), "both scrapes are counted");
        var counts = await client.GetStringAsync(new Uri($"http://{plain.Address}/counts"), TestContext.Current.CancellationToken);
        Assert.Equal($$"""{"scrapes":1,"samples":{{Samples}}}""", counts);
    }

    [Fact]
    public async Task What_is_not_there_is_said_so()
    {
        await using var target = await TargetServer.StartAsync(FreePort, Samples, gzip: false, TestContext.Current.CancellationToken);
        using var client = new HttpClient();
        using var response = await client.GetAsync(new Uri($"http://{target.Address}/"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => TargetServer.StartAsync(FreePort, Samples + 1, gzip: false, TestContext.Current.CancellationToken));
    }
}
