using System.Globalization;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Metrics.V1;
using Sluice.Components.Receivers.HostMetricsReceiver;
using Sluice.Components.Receivers.HostMetricsReceiver.Host;
using Sluice.Components.Receivers.HostMetricsReceiver.Scrapers;
using Sluice.Components.Tests.Processors.Support;
using Sluice.Runtime.Contracts;
using Sluice.Testing;
using Sluice.Testing.Components;
using HostMetricsReceiver = Sluice.Components.Receivers.HostMetricsReceiver.HostMetricsReceiver;

namespace Sluice.Components.Tests.Receivers.HostMetrics;

public sealed class HostMetricsReceiverTests : IAsyncLifetime
{
    private const string Folder = "tests/Sluice.Components.Tests/Receivers/HostMetrics";
    private const string Everything = "scrapers: {cpu: , load: , system: , memory: , paging: , disk: , filesystem: , network: , processes: , process: }";
    private static readonly HostMetricsReceiverFactory Factory = new();

    private readonly ManualTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(1_700_000_100));
    private readonly ComponentWorkbench _bench;
    private readonly KeptIntake _intake = new();

    public HostMetricsReceiverTests() => _bench = new ComponentWorkbench(_time);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_host_is_measured_exactly()
    {
        var text = await MeasureFixtureAsync(Everything);
        GoldenFile.Check($"{Folder}/Golden/host.txt", text);
    }

    [Theory]
    [InlineData("disk: {include: {match_type: strict, devices: [sda1]}}", "system.disk.pending_operations", "device=sda1: 0")]
    [InlineData("disk: {exclude: {match_type: regexp, devices: ['^sda', loop]}}", "system.disk.pending_operations", "")]
    [InlineData("network: {exclude: {match_type: strict, interfaces: [lo]}}", "system.network.errors", "device=eth0 direction=receive: 3|device=eth0 direction=transmit: 5")]
    [InlineData("network: {include: {match_type: strict, interfaces: []}, exclude: {match_type: regexp, interfaces: ['^lo']}}", "system.network.errors", "device=eth0 direction=receive: 3|device=eth0 direction=transmit: 5")]
    [InlineData("load: {cpu_average: true}", "system.cpu.load_average.1m", ": 0.25")]
    [InlineData("filesystem: {include_fs_types: {match_type: strict, fs_types: [vfat]}}", "system.filesystem.inodes.usage", "device=/dev/sdb1 mode=ro mountpoint=/mnt/usb stick type=vfat state=used: 4|device=/dev/sdb1 mode=ro mountpoint=/mnt/usb stick type=vfat state=free: 5")]
    [InlineData("filesystem: {include_virtual_filesystems: true, exclude_mount_points: {match_type: regexp, mount_points: ['^/(mnt|proc)', '^/$']}}", "system.filesystem.inodes.usage", "device=tmpfs mode=rw mountpoint=/tmp type=tmpfs state=used: 4|device=tmpfs mode=rw mountpoint=/tmp type=tmpfs state=free: 5")]
    [InlineData("process: {include: {match_type: strict, names: [init]}}", "process.memory.virtual", ": 16384000")]
    [InlineData("paging: {metrics: {system.paging.usage: {enabled: false}}}", "system.paging.usage", "")]
    public async Task What_is_measured_can_be_chosen(string scraper, string metric, string expected)
    {
        await MeasureFixtureAsync($"scrapers: {{{scraper}}}");
        Assert.Equal(expected, string.Join('|', Metrics().Where(found => found.Name == metric).SelectMany(PointsOf)));
    }

    [Fact]
    public async Task It_measures_after_the_delay_and_then_in_steps()
    {
        await using var receiver = Create($"{{root_path: '{Root}', initial_delay: 5s, collection_interval: 10s, scrapers: {{load: }}}}");
        await receiver.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => _time.ArmedTimers > 0, "it waits");
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Empty(_intake.Requests);
        _time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(() => _intake.Requests.Count == 1, "it measures first");
        await Eventually.TrueAsync(() => _time.ArmedTimers > 0, "it waits for the next time");
        _time.Advance(TimeSpan.FromSeconds(10));
        await Eventually.TrueAsync(() => _intake.Requests.Count == 2, "it measures again");
        await receiver.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task What_cannot_be_read_leaves_the_rest_and_is_told_of()
    {
        using var copy = new HostCopy(Root);
        copy.Delete("proc/meminfo");
        await using var receiver = Create($"{{root_path: '{copy.Path}', scrapers: {{memory: , load: }}}}");
        await receiver.MeasureAsync();
        Assert.Contains(Metrics(), metric => metric.Name == "system.cpu.load_average.1m");
        Assert.DoesNotContain(Metrics(), metric => metric.Name == "system.memory.usage");
        Assert.Contains(_bench.Log.Lines, line => line.Contains("memory: ", StringComparison.Ordinal) && line.Contains("meminfo", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_fails_once_is_measured_the_next_time()
    {
        using var copy = new HostCopy(Root);
        var scraper = new FailingScraper();
        await using var receiver = Create($"{{root_path: '{copy.Path}', initial_delay: 0s, collection_interval: 10s, scrapers: {{paging: }}}}", [("failing", scraper, new MetricsOptions()), ("paging", new PagingScraper(), new MetricsOptions())]);
        await receiver.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => Says("Not all was measured: failing: internal error: "), "the other scraper is measured, and it says so");
        Assert.Single(_intake.Requests);

        // Without the start of the host, the one that was read before holds.
        var start = Metrics().First(metric => metric.Name == "system.paging.operations").Sum.DataPoints[0].StartTimeUnixNano;
        Assert.NotEqual(0UL, start);
        copy.Delete("proc/stat");
        scraper.Fails = false;
        _time.Advance(TimeSpan.FromSeconds(10));
        await Eventually.TrueAsync(() => Says("Not all was measured: the start of the host: "), "it is measured again, and it says so");
        Assert.Equal(2, _intake.Requests.Count);
        Assert.Equal(start, Metrics().Last(metric => metric.Name == "system.paging.operations").Sum.DataPoints[0].StartTimeUnixNano);
        await receiver.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task What_the_journal_does_not_take_is_told_of()
    {
        _intake.Status = IntakeStatus.Busy;
        await using var receiver = Create($"{{root_path: '{Root}', scrapers: {{load: }}}}");
        await receiver.MeasureAsync();
        Assert.Contains(_bench.Log.Lines, line => line.Contains("was not taken", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_root_that_is_none_ends_the_start()
    {
        await using var receiver = Create("{root_path: /nonexistent, scrapers: {load: }}");
        var error = await Assert.ThrowsAsync<ComponentStartException>(() => receiver.StartAsync(CancellationToken.None));
        Assert.Contains("/nonexistent/proc/stat", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task This_machine_is_measured_as_others_measure_it()
    {
        await using var receiver = Create($"{{{Everything}}}");
        await receiver.MeasureAsync();
        var memory = Metrics().Single(metric => metric.Name == "system.memory.usage").Sum.DataPoints.ToDictionary(point => point.Attributes[0].Value.StringValue, point => point.AsInt);
        var total = long.Parse((await File.ReadAllLinesAsync("/proc/meminfo", TestContext.Current.CancellationToken))[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
        Assert.Equal(total, memory["used"] + memory["free"] + memory["buffered"] + memory["cached"]);
        foreach (var space in Metrics().Where(metric => metric.Name == "system.filesystem.usage").SelectMany(metric => metric.Sum.DataPoints)
            .GroupBy(point => point.Attributes.Single(attribute => attribute.Key == "mountpoint").Value.StringValue).Where(group => Directory.Exists(group.Key)).Take(3))
        {
            Assert.Equal(new DriveInfo(space.Key).TotalSize, space.TakeLast(3).Sum(point => point.AsInt));
        }

        Assert.True(Metrics().Single(metric => metric.Name == "system.cpu.time").Sum.DataPoints.Sum(point => point.AsDouble) > 0);
        var own = _intake.Requests.SelectMany(request => request.ResourceMetrics).Single(resource => resource.Resource.Attributes.Any(attribute => attribute.Key == "process.pid" && attribute.Value.IntValue == Environment.ProcessId));
        Assert.Contains(own.Resource.Attributes, attribute => attribute.Key == "process.executable.path" && attribute.Value.StringValue == Environment.ProcessPath);
        Assert.InRange(own.ScopeMetrics[0].Metrics.Single(metric => metric.Name == "process.memory.usage").Sum.DataPoints[0].AsInt, 1 << 20, 1L << 40);
        var start = DateTimeOffset.FromUnixTimeMilliseconds((long)(own.ScopeMetrics[0].Metrics[0].Sum.DataPoints[0].StartTimeUnixNano / 1_000_000));
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        Assert.InRange(Math.Abs((start - new DateTimeOffset(process.StartTime)).TotalSeconds), 0, 5);
    }

    [Theory]
    [InlineData("scrapers: {}", "nothing is measured")]
    [InlineData("scrapers: {cpu: {metrics: {system.cpu.temperature: {enabled: true}}}}", "this version does not measure \"system.cpu.temperature\"")]
    [InlineData("scrapers: {process: {resource_attributes: {process.color: {enabled: true}}}}", "there is no \"process.color\"")]
    [InlineData("scrapers: {disk: {include: {match_type: regexp, devices: ['(']}}}", "scrapers::disk::include::devices: \"(\" is no regular expression")]
    [InlineData("scrapers: {filesystem: {exclude_mount_points: {match_type: regexp, mount_points: [a, '(?=b)']}}}", "scrapers::filesystem::exclude_mount_points::mount_points: \"(?=b)\" is no regular expression")]
    [InlineData("{collection_interval: 1200h, scrapers: {cpu: }}", "collection_interval: ")]
    [InlineData("scrapers: {nfs: {}}", "this version does not measure it")]
    public void Options_that_cannot_work_are_errors(string yaml, string expected) =>
        Assert.Contains(expected, ProcessorHarness.Errors(Factory, yaml), StringComparison.Ordinal);

    private bool Says(string text) => _bench.Log.Lines.Any(line => line.Contains(text, StringComparison.Ordinal));

    private static string Root => GoldenFile.PathOf($"{Folder}/Host");

    private HostMetricsReceiver Create(string yaml, IReadOnlyList<(string, IHostScraper, MetricsOptions)>? scrapers = null)
    {
        var options = (HostMetricsReceiverOptions)ProcessorHarness.Bind(Factory, yaml);
        return new HostMetricsReceiver(_bench.Context(ComponentKind.Receiver, "hostmetrics"), options, _intake, scrapers ?? options.CreateScrapers());
    }

    /// <summary>Measures the host of the files beside this, with file systems of the same size everywhere.</summary>
    private async Task<string> MeasureFixtureAsync(string yaml)
    {
        var options = (HostMetricsReceiverOptions)ProcessorHarness.Bind(Factory, yaml);
        var scrapers = options.CreateScrapers().Select(entry => entry.Scraper is FilesystemScraper
            ? (entry.Name, new FilesystemScraper((FilesystemOptions)entry.Options, _ => new FilesystemUsage(1, 2, 3, 4, 5)), entry.Options)
            : entry).ToArray();
        await using var receiver = Create($"{{root_path: '{Root}', {yaml}}}", scrapers);
        await receiver.MeasureAsync();
        var lines = from resource in _intake.Requests.SelectMany(request => request.ResourceMetrics)
                    from scope in resource.ScopeMetrics
                    from metric in scope.Metrics
                    from line in PointsOf(metric)
                    let pid = resource.Resource.Attributes.Count == 0 ? "" : $"[{Text(resource.Resource.Attributes)}] "
                    select $"{pid}{metric.Name} ({metric.Unit}, {KindOf(metric)}) {line}";
        return string.Join('\n', lines) + "\n";
    }

    private IEnumerable<Metric> Metrics() => _intake.Requests.SelectMany(request => request.ResourceMetrics).SelectMany(resource => resource.ScopeMetrics).SelectMany(scope => scope.Metrics);

    private static string KindOf(Metric metric) => metric.DataCase == Metric.DataOneofCase.Gauge ? "gauge" : metric.Sum.IsMonotonic ? "counter" : "sum";

    private static IEnumerable<string> PointsOf(Metric metric)
    {
        foreach (var point in metric.DataCase == Metric.DataOneofCase.Gauge ? metric.Gauge.DataPoints : metric.Sum.DataPoints)
        {
            var value = point.ValueCase == NumberDataPoint.ValueOneofCase.AsInt ? point.AsInt.ToString(CultureInfo.InvariantCulture) : point.AsDouble.ToString("R", CultureInfo.InvariantCulture);
            yield return $"{Text(point.Attributes)}: {value}";
        }
    }

    private static string Text(IEnumerable<KeyValue> attributes) => string.Join(' ', attributes.Select(attribute =>
        $"{attribute.Key}={(attribute.Value.HasStringValue ? attribute.Value.StringValue : attribute.Value.IntValue.ToString(CultureInfo.InvariantCulture))}"));

    /// <summary>Has a defect.</summary>
    private sealed class FailingScraper : IHostScraper
    {
        public bool Fails { get; set; } = true;

        public IReadOnlyList<HostMetric> Metrics => [];

        public void Scrape(HostFiles files, HostPoints points)
        {
            if (Fails)
            {
                throw new InvalidOperationException("It has a defect.");
            }
        }
    }
}
