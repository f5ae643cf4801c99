using Sluice.Components.Exporters.PrometheusExporter;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;

namespace Sluice.Components.Tests.Exporters.PrometheusExporter;

/// <summary>A store of series that is killed at any moment, in the midst of commits too: what is not committed comes again, in other batches.</summary>
internal sealed class KilledBench : IAsyncDisposable
{
    private readonly Random _random;
    private readonly List<DeliverySegment> _open = [];

    // What is settled and waits to be committed, in its order: changes, and with the last of a batch its segments.
    private readonly Queue<(TableChanges? Changes, int Segments)> _settled = new();
    private bool _isCaughtUp = true;

    public KilledBench(PrometheusExporterOptions options, Random random)
    {
        _random = random;
        Bench = new PrometheusBench(options);
        Bench.Fixture.IsCaughtUp = () => _isCaughtUp;
        Bench.Restart();
    }

    public PrometheusBench Bench { get; }

    public DeliverySegment Segment(OpenTelemetry.Proto.Collector.Metrics.V1.ExportMetricsServiceRequest request) => Bench.Fixture.Segment(Signal.Metrics, request);

    /// <summary>Delivers what is new.</summary>
    public void Deliver(IReadOnlyCollection<DeliverySegment> segments)
    {
        _open.AddRange(segments);
        Settle(segments);
    }

    /// <summary>Commits some of what is settled, or all.</summary>
    public Task CommitSomeAsync() => CommitAsync(_random.Next(4) == 0 ? _settled.Count : _random.Next(_settled.Count + 1));

    /// <summary>Commits all that is settled.</summary>
    public Task CommitAllAsync() => CommitAsync(_settled.Count);

    /// <summary>Kills it, and once more now and then while records come again. Ends when all have come.</summary>
    /// <param name="wait">Called between batches that come again.</param>
    public async Task KillAsync(Action wait)
    {
        Kill();
        for (var next = 0; next < _open.Count;)
        {
            var again = _open.Skip(next).Take(_random.Next(1, 5)).ToList();
            next += again.Count;
            Settle(again);
            wait();
            if (_random.Next(3) == 0)
            {
                var left = _open.Count - next;
                await CommitAsync(_random.Next(_settled.Count + 1));
                next = _open.Count - left;
            }

            if (_random.Next(10) == 0)
            {
                Kill();
                next = 0;
            }
        }

        _isCaughtUp = true;
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await Bench.DisposeAsync();
    }

    private void Kill()
    {
        while (_settled.TryDequeue(out var lost))
        {
            lost.Changes?.Dispose();
        }

        _isCaughtUp = false;
        Bench.Restart();
    }

    private void Settle(IReadOnlyCollection<DeliverySegment> segments)
    {
        var batch = ExporterFixture.Batch(segments);
        Bench.Add(batch);
        var changes = Bench.TakeChanges(batch, size: 1);
        for (var i = 0; i < changes.Count; i++)
        {
            _settled.Enqueue((changes[i], i + 1 < changes.Count ? 0 : segments.Count));
        }

        if (changes.Count == 0)
        {
            _settled.Enqueue((null, segments.Count));
        }
    }

    private async Task CommitAsync(int count)
    {
        for (; count > 0; count--)
        {
            var (changes, segments) = _settled.Dequeue();
            await Bench.Fixture.CommitAsync(changes is null ? [] : [changes]);
            _open.RemoveRange(0, segments);
        }
    }
}
