using System.Text;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using Sluice.Components.Exporters.PrometheusExporter;
using Sluice.Components.Exporters.PrometheusExporter.Series;
using Sluice.Components.Exporters.PrometheusExporter.Snapshots;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;
using Sluice.Testing.Prometheus;
using Sluice.Transport.Prometheus.Exposition;

namespace Sluice.Components.Tests.Exporters.PrometheusExporter;

/// <summary>A store of series with a clock and a log.</summary>
internal sealed class PrometheusBench : IAsyncDisposable
{
    private SeriesStore _store;

    public PrometheusBench(PrometheusExporterOptions? options = null)
    {
        Options = options ?? new PrometheusExporterOptions();
        _store = new SeriesStore(Fixture.Context("prometheus"), Options);
    }

    public PrometheusExporterOptions Options { get; set; }

    public ExporterFixture Fixture { get; } = new();

    public DeliveryBatch Add(ExportMetricsServiceRequest request)
    {
        var batch = ExporterFixture.Batch(Fixture.Segment(Signal.Metrics, request));
        _store.Add(batch);
        return batch;
    }

    public void Add(DeliveryBatch batch) => _store.Add(batch);

    /// <summary>Another store in the place of this one's, as after a restart: with what was saved and nothing else.</summary>
    public void Restart()
    {
        _store = new SeriesStore(Fixture.Context("prometheus"), Options);
        _store.Restore(Fixture.OpenTable(new JournalTableOptions()), () => Fixture.IsCaughtUp());
    }

    /// <summary>Commits what changed, as the runtime does with the cursor.</summary>
    public Task SaveAsync(DeliveryBatch behind) =>
        Fixture.CommitAsync(TakeChanges(behind));

    /// <summary>What changed, in parts of about a size.</summary>
    public List<TableChanges> TakeChanges(DeliveryBatch behind, int size = SeriesStore.ChangesSize) =>
        _store.TakeChanges(Fixture.Pool.Buffers, behind.Segments[^1].Position.Plus(behind.Segments[^1].Count), size);

    /// <summary>What is in memory now.</summary>
    public (int Series, int Slots, int Frames, int Streams, int Sources, int Metrics, int Targets) Kept => _store.Kept;

    /// <summary>What is saved now.</summary>
    public int SavedEntries => Fixture.OpenTable(new JournalTableOptions()).Count;

    public string Text(NameEscaping escaping = NameEscaping.Underscores) => Write(new ScrapeRequest(ExpositionFormat.Text, escaping));

    public string OpenMetrics() => Write(new ScrapeRequest(ExpositionFormat.OpenMetrics, NameEscaping.Underscores));

    /// <summary>What is there now, to be written later.</summary>
    public SeriesSnapshot Capture(ScrapeRequest request) => _store.Capture(request);

    /// <summary>What a scraper is sent, in as many parts as it is sent in.</summary>
    public byte[] Bytes(SeriesSnapshot snapshot)
    {
        using var output = new ExpositionBuffer(Fixture.Pool.Buffers);
        using var sent = new MemoryStream();
        Assert.True(snapshot.WriteAsync(output, SendAsync).IsCompletedSuccessfully);
        Assert.True(SendAsync().IsCompletedSuccessfully);
        return sent.ToArray();

        Task SendAsync()
        {
            sent.Write(output.ToArray());
            output.Clear();
            return Task.CompletedTask;
        }
    }

    /// <summary>What another decoder makes of the messages.</summary>
    public List<Io.Prometheus.Client.MetricFamily> Messages(NameEscaping escaping = NameEscaping.Underscores)
    {
        using var input = new MemoryStream(Bytes(new ScrapeRequest(ExpositionFormat.Protobuf, escaping)));
        var families = new List<Io.Prometheus.Client.MetricFamily>();
        while (input.Position < input.Length)
        {
            families.Add(Io.Prometheus.Client.MetricFamily.Parser.ParseDelimitedFrom(input));
        }

        return families;
    }

    /// <summary>The samples of a metric, without the labels that every series of the tests has.</summary>
    public string[] Samples(string prefix) =>
    [
        .. Text().Split('\n').Where(line => line.StartsWith(prefix, StringComparison.Ordinal)).Select(line => line
            .Replace(",instance=\"i\",job=\"s\"", "", StringComparison.Ordinal)
            .Replace("instance=\"i\",job=\"s\",", "", StringComparison.Ordinal)
            .Replace(",otel_scope_name=\"lib\",otel_scope_version=\"1\"", "", StringComparison.Ordinal)
            .Replace("otel_scope_name=\"lib\",otel_scope_version=\"1\"", "", StringComparison.Ordinal)
            .Replace("{,", "{", StringComparison.Ordinal)
            .Replace("{}", "", StringComparison.Ordinal)),
    ];

    public async ValueTask DisposeAsync() => await Fixture.DisposeAsync();

    private string Write(ScrapeRequest request) => Encoding.UTF8.GetString(Bytes(request));

    /// <summary>Reads both text formats by the letter of their specifications.</summary>
    public void ParseStrictly(NameEscaping escaping)
    {
        StrictParser.Parse(Bytes(new ScrapeRequest(ExpositionFormat.Text, escaping)), isOpenMetrics: false);
        StrictParser.Parse(Bytes(new ScrapeRequest(ExpositionFormat.OpenMetrics, escaping)), isOpenMetrics: true);
    }

    public byte[] Bytes(ScrapeRequest request)
    {
        using var snapshot = Capture(request);
        return Bytes(snapshot);
    }
}
