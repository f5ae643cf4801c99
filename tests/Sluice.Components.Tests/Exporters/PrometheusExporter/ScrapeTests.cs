using System.IO.Compression;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Sluice.Components.Exporters.PrometheusExporter;
using Sluice.Components.Exporters.PrometheusExporter.Series;
using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;
using static Sluice.Components.Tests.Exporters.PrometheusExporter.Scraped;

namespace Sluice.Components.Tests.Exporters.PrometheusExporter;

/// <summary>The exporter over HTTP.</summary>
public sealed class ScrapeTests : IAsyncDisposable
{
    private readonly ExporterFixture _fixture = new();
    private readonly HttpClient _http = new();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _fixture.DisposeAsync();
    }

    [Fact]
    public async Task A_scrape_gets_what_it_asks_for()
    {
        await using var exporter = await StartAsync();
        var outcome = await ExporterFixture.DeliverAsync(exporter, _fixture.Segment(Signal.Metrics, Request("s", "i", Gauge("g", "", Point(1.5, 10)))));
        Assert.Equal(DeliveryStatus.Delivered, outcome.Status);

        using var plain = await GetAsync(exporter, "*/*");
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", plain.Content.Headers.ContentType!.ToString());
        Assert.Contains("\ng{instance=\"i\",job=\"s\",otel_scope_name=\"lib\",otel_scope_version=\"1\"} 1.5\n", await plain.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        using var open = await GetAsync(exporter, "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8");
        Assert.Equal("application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8", open.Content.Headers.ContentType!.ToString());
        Assert.EndsWith("# EOF\n", await open.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gzip_is_for_those_that_take_it()
    {
        await using var exporter = await StartAsync();
        var points = Enumerable.Range(0, 20_000).Select(n => Point(n + 0.5, 10, 1, Text("n", $"{n}")));
        await ExporterFixture.DeliverAsync(exporter, _fixture.Segment(Signal.Metrics, Request("s", "i", Gauge("g", "", points))));
        using var plain = await GetAsync(exporter, "*/*", "gzip;q=0, br");
        Assert.Empty(plain.Content.Headers.ContentEncoding);
        using var packed = await GetAsync(exporter, "*/*", "br, gzip");
        Assert.Equal(["gzip"], packed.Content.Headers.ContentEncoding);

        await using var inflated = new GZipStream(await packed.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
        using var reader = new StreamReader(inflated, Encoding.UTF8);
        var text = await reader.ReadToEndAsync();
        Assert.True(text.Length > 1 << 20, "more than one piece of memory");
        Assert.Equal(await plain.Content.ReadAsStringAsync(), text);
    }

    [Fact]
    public async Task Scrapes_while_data_comes_in_show_whole_batches()
    {
        await using var exporter = await StartAsync();
        var deliveries = Task.Run(async () =>
        {
            for (ulong time = 1; time <= 300; time++)
            {
                var points = Enumerable.Range(0, 50).Select(n => Whole((long)time, time, 1, Text("n", $"{n}")));
                await ExporterFixture.DeliverAsync(exporter, _fixture.Segment(Signal.Metrics, Request("s", "i", Sum("c", points: points))));
            }
        });
        do
        {
            using var response = await GetAsync(exporter, "*/*");
            var lines = (await response.Content.ReadAsStringAsync()).Split('\n').Where(line => line.StartsWith("c_total", StringComparison.Ordinal));
            Assert.True(lines.Select(line => line[line.LastIndexOf(' ')..]).Distinct().Count() <= 1, "a scrape saw half a batch");
        }
        while (!deliveries.IsCompleted);
        await deliveries;
    }

    [Fact]
    public async Task Until_it_has_caught_up_a_scrape_is_told_to_come_back()
    {
        var isCaughtUp = false;
        _fixture.IsCaughtUp = () => isCaughtUp;
        await using var exporter = await StartAsync();
        using var early = await GetAsync(exporter, "*/*");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(1)), (early.StatusCode, early.Headers.RetryAfter!.Delta));
        isCaughtUp = true;
        using var response = await GetAsync(exporter, "*/*");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);

        // What comes later is added as it comes: it is never behind again.
        isCaughtUp = false;
        using var later = await GetAsync(exporter, "*/*");
        Assert.Equal(HttpStatusCode.OK, later.StatusCode);
    }

    [Fact]
    public async Task Scrapers_that_do_not_read_are_few_and_are_cut_off()
    {
        var options = new PrometheusExporterOptions { MaxRequestsInFlight = 2, WriteTimeout = TimeSpan.FromSeconds(10) };
        var store = new SeriesStore(_fixture.Context("prometheus"), options);
        store.Add(ExporterFixture.Batch(_fixture.Segment(Signal.Metrics, Request("s", "i", Gauge("g", "", Point(1.5, 10))))));
        var handler = new ScrapeHandler(_fixture.Context("prometheus"), options, store, () => true);
        using StuckScrape first = new(), second = new();
        var answers = Task.WhenAll(handler.HandleAsync(first.Http), handler.HandleAsync(second.Http));
        await Task.WhenAll(first.IsStuck, second.IsStuck);

        var refused = new DefaultHttpContext();
        await handler.HandleAsync(refused);
        Assert.Equal((StatusCodes.Status503ServiceUnavailable, "1"), (refused.Response.StatusCode, refused.Response.Headers.RetryAfter.ToString()));
        Assert.Contains("A scrape is refused: 2 others are being answered (max_requests_in_flight)", _fixture.Log);
        Assert.False(first.RequestAborted.IsCancellationRequested);

        _fixture.Time.Advance(TimeSpan.FromSeconds(10));
        await answers;
        Assert.True(first.RequestAborted.IsCancellationRequested && second.RequestAborted.IsCancellationRequested, "both are cut off");
        Assert.Equal(2, _fixture.Log.Count(line => line.EndsWith("is cut off: it did not take its answer within 00:00:10 (write_timeout)", StringComparison.Ordinal)));

        using var body = new MemoryStream();
        var later = new DefaultHttpContext { Response = { Body = body } };
        await handler.HandleAsync(later);
        Assert.Equal(StatusCodes.Status200OK, later.Response.StatusCode);
        Assert.Contains("\ng{", Encoding.UTF8.GetString(body.ToArray()), StringComparison.Ordinal);
        Assert.Equal(0, _fixture.Time.ArmedTimers);
    }

    [Fact]
    public async Task Only_the_page_itself_can_be_read()
    {
        await using var exporter = await StartAsync();
        using var elsewhere = await _http.GetAsync(new Uri($"http://{exporter.Endpoints[0].Address}/"));
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
        using var post = await _http.PostAsync(new Uri($"http://{exporter.Endpoints[0].Address}/metrics"), null);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
    }

    [Fact]
    public async Task An_address_in_use_stops_the_start()
    {
        await using var exporter = await StartAsync();
        var options = new PrometheusExporterOptions { Endpoint = EndpointText.Parse(exporter.Endpoints[0].Address) };
        var exception = await Assert.ThrowsAsync<ComponentStartException>(() => _fixture.StartAsync(new PrometheusExporterFactory(), options));
        Assert.StartsWith("exporters::prometheus::endpoint: ", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>A scrape whose answer nobody reads, until it is aborted.</summary>
    private sealed class StuckScrape : Stream, IHttpRequestLifetimeFeature
    {
        private readonly CancellationTokenSource _aborted = new();
        private readonly TaskCompletionSource _isStuck = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public StuckScrape()
        {
            Http.Features.Set<IHttpRequestLifetimeFeature>(this);
            Http.Response.Body = this;
        }

        public HttpContext Http { get; } = new DefaultHttpContext();

        public Task IsStuck => _isStuck.Task;

        public CancellationToken RequestAborted
        {
            get => _aborted.Token;
            set => throw new NotSupportedException();
        }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public void Abort() => _aborted.Cancel();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _isStuck.TrySetResult();
            await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
        }

        public override void Flush() => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _aborted.Dispose();
            }

            base.Dispose(disposing);
        }
    }

    private Task<IExporter> StartAsync() =>
        _fixture.StartAsync(new PrometheusExporterFactory(), new PrometheusExporterOptions { Endpoint = EndpointText.Parse("127.0.0.1:0") });

    private async Task<HttpResponseMessage> GetAsync(IExporter exporter, string accept, string? encoding = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{exporter.Endpoints[0].Address}/metrics");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (encoding is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept-Encoding", encoding);
        }

        return await _http.SendAsync(request);
    }
}
