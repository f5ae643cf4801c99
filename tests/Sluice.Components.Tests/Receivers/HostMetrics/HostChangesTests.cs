using System.Globalization;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Metrics.V1;
using Sluice.Buffers;
using Sluice.Components.Receivers.HostMetricsReceiver;
using Sluice.Components.Receivers.HostMetricsReceiver.Host;
using Sluice.Components.Receivers.HostMetricsReceiver.Scrapers;
using Sluice.Components.Tests.Processors.Support;
using Sluice.Runtime.Contracts;
using Sluice.Testing;
using Sluice.Testing.Components;
using HostMetricsReceiver = Sluice.Components.Receivers.HostMetricsReceiver.HostMetricsReceiver;

namespace Sluice.Components.Tests.Receivers.HostMetrics;

/// <summary>Hosts that change between two readings, that hide things, and that are large.</summary>
public sealed class HostChangesTests : IAsyncLifetime
{
    private const string Folder = "tests/Sluice.Components.Tests/Receivers/HostMetrics";
    private const string Optional =
        """
        scrapers:
          cpu: {metrics: {system.cpu.time: {enabled: false}, system.cpu.utilization: , system.cpu.logical.count: , system.cpu.physical.count: , system.cpu.frequency: }}
          memory: {metrics: {system.memory.usage: {enabled: false}, system.memory.utilization: , system.memory.limit: , system.linux.memory.available: }}
          paging: {metrics: {system.paging.utilization: , system.paging.usage: {enabled: false}, system.paging.operations: {enabled: false}, system.paging.faults: {enabled: false}}}
          filesystem: {metrics: {system.filesystem.utilization: , system.filesystem.usage: {enabled: false}, system.filesystem.inodes.usage: {enabled: false}}}
          network: {include: {match_type: strict, interfaces: [none]}, metrics: {system.network.conntrack.count: , system.network.conntrack.max: , system.network.connections: {enabled: false}}}
          process:
            include: {match_type: strict, names: [init]}
            resource_attributes: {process.cgroup: , process.command_line: {enabled: false}}
            metrics:
              process.cpu.time: {enabled: false}
              process.memory.usage: {enabled: false}
              process.memory.virtual: {enabled: false}
              process.disk.io: {enabled: false}
              process.cpu.utilization:
              process.memory.utilization:
              process.disk.operations:
              process.paging.faults:
              process.threads:
              process.open_file_descriptors:
              process.context_switches:
              process.signals_pending:
              process.uptime:
        """;

    private readonly ManualTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(1_700_000_100));
    private readonly ComponentWorkbench _bench;
    private readonly KeptIntake _intake = new();
    private readonly HostCopy _host = new(GoldenFile.PathOf($"{Folder}/Host"));

    public HostChangesTests() => _bench = new ComponentWorkbench(_time);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        _host.Dispose();
    }

    [Fact]
    public async Task What_the_Collector_leaves_off_can_be_switched_on()
    {
        _host.Write("proc/1/fd/0", "");
        _host.Write("proc/1/fd/1", "");
        await using var receiver = Create(Optional, usage: new FilesystemUsage(30, 60, 10, 1, 1));
        await receiver.MeasureAsync();
        Assert.DoesNotContain(Metrics(_intake.Requests[^1]), metric => metric.Name.EndsWith("cpu.utilization", StringComparison.Ordinal));

        // Ten seconds later: processor 0 was busy for four of them, processor 1 slept.
        _host.Write("proc/stat", _host.Read("proc/stat").Replace("cpu0 600 10 200 20000", "cpu0 900 10 300 20600", StringComparison.Ordinal).Replace("cpu1 400 10 100 20000", "cpu1 400 10 100 21000", StringComparison.Ordinal));
        _host.Write("proc/1/stat", _host.Read("proc/1/stat").Replace(" 150 250 ", " 350 290 ", StringComparison.Ordinal));
        _time.Advance(TimeSpan.FromSeconds(10));
        await receiver.MeasureAsync();
        GoldenFile.Check($"{Folder}/Golden/optional.txt", Text());
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("mute_process_io_error: true", 0)]
    [InlineData("mute_process_all_errors: true", 0)]
    public async Task What_may_not_be_read_of_processes_is_left_out_and_told_of_once(string options, int times)
    {
        _host.MakeUnreadable("proc/1/io");
        await using var receiver = Create($"scrapers: {{process: {{{options}}}}}");
        await receiver.MeasureAsync();
        await receiver.MeasureAsync();
        Assert.DoesNotContain(Metrics(_intake.Requests[^1]), metric => metric.Name == "process.disk.io");
        Assert.Equal(2, Metrics(_intake.Requests[^1]).Count(metric => metric.Name == "process.cpu.time"));
        Assert.Equal(times, _bench.Log.Lines.Count(line => line.Contains("of process 1 (init) what it reads and writes cannot be read", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("mute_process_user_error: true", 0)]
    public async Task A_user_without_a_name_is_called_by_its_number(string options, int times)
    {
        await using var receiver = Create($"scrapers: {{process: {{{options}}}}}");
        await receiver.MeasureAsync();
        await receiver.MeasureAsync();
        Assert.Equal("1234", Describe("42")["process.owner"]);
        Assert.Equal(times, _bench.Log.Lines.Count(line => line.Contains("process 42 (odd) (name) has a user without a name", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_is_gone_at_the_next_reading_fails_nothing()
    {
        await using var receiver = Create("scrapers: {process: , processes: , disk: , network: }");
        await receiver.MeasureAsync();
        Assert.Equal(["1", "42"], Processes());
        _host.Delete("proc/42/stat");
        _host.Write("proc/diskstats", _host.Read("proc/diskstats").Split('\n')[0] + "\n");
        _host.Write("proc/net/dev", string.Join('\n', _host.Read("proc/net/dev").Split('\n')[..3]) + "\n");
        await receiver.MeasureAsync();
        Assert.Equal(["1"], Processes());
        Assert.Equal(["device=sda"], Points("system.disk.pending_operations"));
        Assert.Equal(["device=lo direction=receive", "device=lo direction=transmit"], Points("system.network.io"));
        Assert.Equal(["status=sleeping"], Points("system.processes.count"));
        Assert.DoesNotContain(_bench.Log.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal) || line.Contains("cannot be read", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Names_that_the_kernel_cuts_off_are_made_whole_and_odd_bytes_become_text()
    {
        _host.Write("proc/1/stat", _host.Read("proc/1/stat").Replace("(init)", "(a-very-long-nam)", StringComparison.Ordinal));
        _host.Write("proc/1/cmdline", "/usr/bin/a-very-long-name-of-a-program\0-x\0");
        _host.Write("proc/42/stat", _host.Read("proc/42/stat").Replace("odd) (name", "odd\u00C3", StringComparison.Ordinal));
        await using var receiver = Create("scrapers: {process: {exclude: {match_type: strict, names: [a-very-long-nam]}}}");
        await receiver.MeasureAsync();
        Assert.Equal("a-very-long-name-of-a-program", Describe("1")["process.executable.name"]);
        Assert.Equal("odd\uFFFD", Describe("42")["process.executable.name"]);
    }

    [Fact]
    public async Task A_file_system_that_is_mounted_over_another_hides_it()
    {
        _host.Write("proc/1/mountinfo", _host.Read("proc/1/mountinfo") + "99 22 8:33 / /mnt/usb\\040stick rw,noatime - ext4 /dev/sdc1 rw\n");
        await using var receiver = Create("scrapers: {filesystem: }", usage: new FilesystemUsage(1, 2, 3, 4, 5));
        await receiver.MeasureAsync();
        Assert.Equal(
            ["device=/dev/sda1 mode=rw mountpoint=/ type=ext4", "device=/dev/sdc1 mode=rw mountpoint=/mnt/usb stick type=ext4"],
            Points("system.filesystem.inodes.usage").Select(point => point.Replace(" state=used", "", StringComparison.Ordinal).Replace(" state=free", "", StringComparison.Ordinal)).Distinct());
    }

    [Fact]
    public async Task Below_a_root_path_the_network_is_that_of_the_first_process()
    {
        _host.Write("proc/1/net/dev", _host.Read("proc/net/dev").Replace("eth0", "host0", StringComparison.Ordinal));
        _host.Write("proc/1/net/tcp", string.Join('\n', _host.Read("proc/net/tcp").Split('\n')[..2]) + "\n");
        await using var receiver = Create("scrapers: {network: {exclude: {match_type: strict, interfaces: [lo]}}}");
        await receiver.MeasureAsync();
        Assert.Equal(["device=host0 direction=receive", "device=host0 direction=transmit"], Points("system.network.io"));
        var established = Metrics(_intake.Requests[^1]).Single(metric => metric.Name == "system.network.connections").Sum.DataPoints[0];
        Assert.Equal(("ESTABLISHED", 0), (established.Attributes[1].Value.StringValue, established.AsInt));
    }

    [Theory]
    [InlineData(1_700_000_001, 1_700_000_000)]
    [InlineData(1_699_999_999, 1_700_000_000)]
    [InlineData(1_700_000_060, 1_700_000_060)]
    public async Task The_start_of_the_host_moves_with_a_clock_that_is_set_and_not_with_one_that_is_adjusted(long says, long expected)
    {
        await using var receiver = Create("scrapers: {cpu: }");
        await receiver.MeasureAsync();
        _host.Write("proc/stat", _host.Read("proc/stat").Replace("btime 1700000000", $"btime {says}", StringComparison.Ordinal));
        await receiver.MeasureAsync();
        Assert.Equal((ulong)expected * 1_000_000_000, Metrics(_intake.Requests[^1]).First().Sum.DataPoints[0].StartTimeUnixNano);
    }

    [Theory]
    [InlineData("95s", "1,42")]
    [InlineData("96s", "1")]
    public async Task A_process_is_measured_once_it_has_run_for_a_while(string delay, string expected)
    {
        await using var receiver = Create($"scrapers: {{process: {{scrape_process_delay: {delay}}}}}");
        await receiver.MeasureAsync();
        Assert.Equal(expected, string.Join(',', Processes()));
    }

    [Fact]
    public async Task Many_processes_are_cut_into_requests_with_each_of_them_once()
    {
        AddProcesses(700, new string('x', 2000));
        await using var receiver = Create("scrapers: {process: }");
        await receiver.MeasureAsync();
        Assert.InRange(_intake.Requests.Count, 2, 10);
        Assert.Equal(702, _intake.Requests.SelectMany(request => request.ResourceMetrics).Select(Pid).Distinct().Count());
        Assert.Equal(702, _intake.Requests.Sum(request => request.ResourceMetrics.Count));
    }

    [Fact]
    public async Task What_the_kernel_leaves_out_leaves_no_point_without_a_value()
    {
        _host.Write("proc/vmstat", _host.Read("proc/vmstat").Replace("pswpout 4\n", "", StringComparison.Ordinal));
        await using var receiver = Create("scrapers: {paging: , load: }");
        await receiver.MeasureAsync();
        Assert.Contains(_bench.Log.Lines, line => line.Contains("paging: there is no line \"pswpout\"", StringComparison.Ordinal));
        Assert.All(Metrics(_intake.Requests[^1]).SelectMany(PointsOf), point => Assert.NotEqual(NumberDataPoint.ValueOneofCase.None, point.ValueCase));
        Assert.Contains(Metrics(_intake.Requests[^1]), metric => metric.Name == "system.cpu.load_average.1m");
    }

    [Fact]
    public void Nothing_is_allocated_for_a_process()
    {
        var few = Allocated(enough: 0, TimeSpan.Zero);
        AddProcesses(200, "some");
        Assert.InRange(Allocated(enough: few + 199, TimeSpan.FromSeconds(20)) - few, long.MinValue, 199);
    }

    /// <summary>The least bytes that one of many readings allocated: of 60, and of more until one is small enough, since code is optimized only after a while.</summary>
    private long Allocated(long enough, TimeSpan patience)
    {
        var buffers = new BufferPool();
        using var output = new PooledBufferWriter(buffers, "test");
        using var resource = new PooledBufferWriter(buffers, "test");
        var files = new HostFiles(_host.Path);
        var scraper = new ProcessScraper(new ProcessOptions());
        var wanted = scraper.Metrics.Where(metric => !metric.IsOptional).ToHashSet();
        var least = long.MaxValue;
        var start = TimeProvider.System.GetTimestamp();
        for (var round = 0; round < 60 || (least > enough && TimeProvider.System.GetElapsedTime(start) < patience); round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var points = new HostPoints(output, resource, 1_700_000_100_000_000_000);
            points.BeginScraper([], wanted);
            scraper.Scrape(files, points);
            foreach (var (buffer, _) in points.Finish())
            {
                buffer.Dispose();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    private HostMetricsReceiver Create(string yaml, FilesystemUsage? usage = null)
    {
        var options = (HostMetricsReceiverOptions)ProcessorHarness.Bind(Factory, $"root_path: '{_host.Path}'\n{yaml}");
        var scrapers = options.CreateScrapers().Select(entry => entry.Scraper is FilesystemScraper
            ? (entry.Name, new FilesystemScraper((FilesystemOptions)entry.Options, _ => usage), entry.Options)
            : entry).ToArray();
        return new HostMetricsReceiver(_bench.Context(ComponentKind.Receiver, "hostmetrics"), options, _intake, scrapers);
    }

    private static readonly HostMetricsReceiverFactory Factory = new();

    private void AddProcesses(int count, string argument)
    {
        for (var number = 1000; number < 1000 + count; number++)
        {
            _host.Write($"proc/{number}/stat", _host.Read("proc/1/stat").Replace("1 (init)", $"{number} (worker)", StringComparison.Ordinal));
            _host.Write($"proc/{number}/cmdline", $"/usr/bin/worker\0--with={argument}\0arguments\0");
            _host.Write($"proc/{number}/status", "Name:\tworker\nUid:\t0\t0\t0\t0\n");
            _host.Write($"proc/{number}/io", "read_bytes: 1\nwrite_bytes: 2\n");
        }
    }

    private string Text() => string.Concat(
        from resource in _intake.Requests[^1].ResourceMetrics
        from scope in resource.ScopeMetrics
        from metric in scope.Metrics
        from point in PointsOf(metric)
        let value = point.ValueCase == NumberDataPoint.ValueOneofCase.AsInt ? point.AsInt.ToString(CultureInfo.InvariantCulture) : point.AsDouble.ToString("R", CultureInfo.InvariantCulture)
        select $"{(resource.Resource.Attributes.Count == 0 ? "" : $"[{Text(resource.Resource.Attributes)}] ")}{metric.Name} ({metric.Unit}, {(metric.Gauge is not null ? "gauge" : metric.Sum.IsMonotonic ? "counter" : "sum")}) {Text(point.Attributes)}: {value}\n");

    private IEnumerable<string> Points(string name) => Metrics(_intake.Requests[^1]).Where(metric => metric.Name == name).SelectMany(PointsOf).Select(point => Text(point.Attributes));

    private IEnumerable<string> Processes() => _intake.Requests[^1].ResourceMetrics.Where(resource => resource.Resource.Attributes.Count > 0).Select(Pid);

    private Dictionary<string, string> Describe(string process) =>
        _intake.Requests[^1].ResourceMetrics.Single(resource => Pid(resource) == process).Resource.Attributes.ToDictionary(attribute => attribute.Key, attribute => attribute.Value.StringValue);

    private static string Pid(ResourceMetrics resource) => resource.Resource.Attributes.First(attribute => attribute.Key == "process.pid").Value.IntValue.ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<Metric> Metrics(OpenTelemetry.Proto.Collector.Metrics.V1.ExportMetricsServiceRequest request) =>
        request.ResourceMetrics.SelectMany(resource => resource.ScopeMetrics).SelectMany(scope => scope.Metrics);

    private static IEnumerable<NumberDataPoint> PointsOf(Metric metric) => metric.Gauge is not null ? metric.Gauge.DataPoints : metric.Sum.DataPoints;

    private static string Text(IEnumerable<KeyValue> attributes) => string.Join(' ', attributes.Select(attribute =>
        $"{attribute.Key}={(attribute.Value.HasStringValue ? attribute.Value.StringValue : attribute.Value.IntValue.ToString(CultureInfo.InvariantCulture))}"));
}
