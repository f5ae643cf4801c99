using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Sluice.Journal;

namespace Sluice.Runtime.Monitoring;

/// <summary>Turns what happens inside a journal into log lines and histograms.</summary>
public sealed partial class JournalObserver : IJournalObserver
{
    private readonly ILogger _logger;
    private readonly Histogram<double> _duration;
    private readonly Histogram<long> _size;
    private readonly Histogram<long> _groups;
    private readonly SlowOperations _slow;

    /// <summary>Makes the instruments.</summary>
    /// <param name="meter">Where.</param>
    /// <param name="logger">Receives the notices.</param>
    /// <param name="slow">Where flushes are reported that took long; null for nowhere.</param>
    public JournalObserver(Meter meter, ILogger logger, SlowOperations? slow = null)
    {
        _slow = slow ?? SlowOperations.None;
        ArgumentNullException.ThrowIfNull(meter);
        _logger = logger;
        _duration = meter.CreateHistogram(
            "sluice_journal_flush_duration",
            "s",
            "Time of one write to the journal with its flush.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries =
                    [50e-6, 100e-6, 250e-6, 500e-6, 1e-3, 2.5e-3, 5e-3, 10e-3, 25e-3, 50e-3, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
            });
        _size = meter.CreateHistogram(
            "sluice_journal_flush_size",
            "By",
            "Bytes of one write to the journal, padding included.",
            advice: new InstrumentAdvice<long>
            {
                HistogramBucketBoundaries = [4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20, 4 << 20, 16 << 20, 64 << 20],
            });
        _groups = meter.CreateHistogram(
            "sluice_journal_flush_groups",
            "{group}",
            "Groups that one write to the journal made durable.",
            advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024] });
    }

    /// <inheritdoc/>
    public void OnNotice(JournalNoticeLevel level, string message) => LogNotice(
        level switch
        {
            JournalNoticeLevel.Error => LogLevel.Error,
            JournalNoticeLevel.Warning => LogLevel.Warning,
            _ => LogLevel.Information,
        },
        message);

    /// <inheritdoc/>
    public void OnFlush(int groups, long bytes, TimeSpan duration)
    {
        _duration.Record(duration.TotalSeconds);
        _size.Record(bytes);
        _groups.Record(groups);
        if (_slow.Includes(duration))
        {
            _slow.Report("flush journal", duration, null, new("groups", groups), new("bytes", bytes));
        }
    }

    [LoggerMessage(Message = "{Notice}")]
    private partial void LogNotice(LogLevel level, string notice);
}
