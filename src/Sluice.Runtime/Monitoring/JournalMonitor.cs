using System.Globalization;
using Sluice.Journal;
using Sluice.Runtime.Health;

namespace Sluice.Runtime.Monitoring;

/// <summary>
/// Looks at the journal every second: says how it is, warns of a consumer or a journal that is nearly full, and measures how fast lags grow.
/// Whatever is wrong is taken back by itself once it is over.
/// </summary>
internal sealed class JournalMonitor(IJournal journal, ComponentHealth health, TimeProvider time) : IAsyncDisposable
{
    private const double WarnAt = 0.8;

    /// <summary>Of the threshold, so that a lag that sways about it does not change the state with every look.</summary>
    private const double CalmAt = 0.9375;

    /// <summary>Fewer files than this are nearly none, in a journal of few: one of them is being written, another is kept in reserve.</summary>
    private const int FewSegments = 2;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Watched> _watched = new(StringComparer.Ordinal);
    private Dictionary<string, Seen> _seen = new(StringComparer.Ordinal);
    private readonly LagHistory _held = new(time);
    private bool _isFull;
    private ITimer? _timer;

    /// <summary>Tells the limits of a consumer, and who suffers when it reaches them.</summary>
    /// <param name="consumer">The consumer's name.</param>
    /// <param name="maxLag">Bytes that it may lag; null for the journal's size.</param>
    /// <param name="onFull">What happens then.</param>
    /// <param name="component">Told when the consumer comes near its limit.</param>
    public void Watch(string consumer, long? maxLag, OnFull onFull, ComponentHealth component)
    {
        lock (_lock)
        {
            _watched[consumer] = new Watched(maxLag, onFull, component);
        }
    }

    /// <summary>Looks for the first time, and from then on every second.</summary>
    public void Start()
    {
        Look();
        _timer = time.CreateTimer(static monitor => ((JournalMonitor)monitor!).Look(), this, Interval, Interval);
    }

    /// <summary>The outlook of a consumer as of the last look.</summary>
    public ConsumerOutlook Outlook(string consumer)
    {
        lock (_lock)
        {
            return new ConsumerOutlook(_watched.GetValueOrDefault(consumer)?.MaxLag, _seen.GetValueOrDefault(consumer)?.SecondsToFull);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _timer?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void Look()
    {
        var status = journal.GetStatus();
        lock (_lock)
        {
            health.Set(status.Problem is null ? HealthState.Healthy : HealthState.Degraded, status.Problem ?? "");
            _isFull = IsNear(status.Bytes, FullAt(status), _isFull);
            health.Warn(_isFull ? DescribeFull(status) : null);
            var heldGrowth = _held.Add(status.Bytes);
            var seen = new Dictionary<string, Seen>(status.Consumers.Count, StringComparer.Ordinal);
            foreach (var consumer in status.Consumers)
            {
                var present = _seen.GetValueOrDefault(consumer.Name) ?? new Seen(new LagHistory(time));
                LookAt(consumer, present, status, heldGrowth);
                seen.Add(consumer.Name, present);
            }

            _seen = seen;
        }
    }

    private void LookAt(JournalConsumerStatus consumer, Seen seen, JournalStatus status, double heldGrowth)
    {
        var growth = seen.History.Add(consumer.Lag.Bytes);

        // What the journal holds grows faster than the lag that makes it grow where its files have padding.
        var seconds = Math.Max(0, status.MaxBytes - status.Bytes) / Math.Max(growth, heldGrowth);
        if (_watched.GetValueOrDefault(consumer.Name) is { MaxLag: { } maxLag } watched)
        {
            seconds = Math.Min(seconds, Math.Max(0, maxLag - consumer.Lag.Bytes) / growth);
            seen.IsNear = IsNear(consumer.Lag.Bytes, WarnAt * maxLag, seen.IsNear);
            watched.Component.Warn(seen.IsNear ? DescribeNear(consumer.Lag.Bytes, maxLag, watched.OnFull) : null);
        }

        seen.SecondsToFull = growth > 0 ? seconds : null;
    }

    private static bool IsNear(long bytes, double threshold, bool before) => bytes >= (before ? CalmAt * threshold : threshold);

    private static double FullAt(JournalStatus status) => status.Disk is { } disk
        ? Math.Min(WarnAt * status.MaxBytes, status.MaxBytes - (FewSegments * disk.SegmentSize))
        : WarnAt * status.MaxBytes;

    private static string DescribeNear(long lag, long maxLag, OnFull onFull) =>
        $"lags {Share(lag, maxLag)} of its max_lag; at the limit "
        + (onFull == OnFull.DropOldest ? "its oldest records are dropped" : "requests routed to it are refused");

    private static string DescribeFull(JournalStatus status)
    {
        var most = status.Consumers.MaxBy(consumer => consumer.Lag.Bytes);
        var holder = most is { Lag.Bytes: > 0 }
            ? $"; {most.Name}{(most.IsOpen ? "" : ", which is not running,")} lags most, with {SizeText.Format(most.Lag.Bytes)}"
            : "";
        return $"holds {Share(status.Bytes, status.MaxBytes)} of its max_size{holder}; at the limit requests are refused";
    }

    private static string Share(long bytes, long limit) =>
        string.Create(CultureInfo.InvariantCulture, $"{SizeText.Format(bytes)}, {100.0 * bytes / limit:0} %,");

    private sealed record Watched(long? MaxLag, OnFull OnFull, ComponentHealth Component);

    private sealed class Seen(LagHistory history)
    {
        public LagHistory History { get; } = history;

        public bool IsNear { get; set; }

        public double? SecondsToFull { get; set; }
    }
}
