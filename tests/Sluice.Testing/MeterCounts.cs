using System.Diagnostics.Metrics;

namespace Sluice.Testing;

/// <summary>Adds up what the counters of one meter count, from its making on. Safe for use by several threads.</summary>
public sealed class MeterCounts : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _lock = new();
    private readonly List<(string Instrument, KeyValuePair<string, object?>[] Tags, long Value)> _measured = [];

    /// <summary>Listens to a meter's counters of whole numbers.</summary>
    /// <param name="meter">The meter.</param>
    public MeterCounts(Meter meter)
    {
        _listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter == meter && instrument is Counter<long>)
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            lock (_lock)
            {
                _measured.Add((instrument.Name, tags.ToArray(), value));
            }
        });
        _listener.Start();
    }

    /// <summary>What a counter has counted under some tags; 0 also where there is no such counter.</summary>
    /// <param name="instrument">The counter's name.</param>
    /// <param name="tags">Tags that what counts must have; it may have others.</param>
    public long Of(string instrument, params (string Key, object Value)[] tags)
    {
        lock (_lock)
        {
            return _measured
                .Where(one => one.Instrument == instrument && tags.All(tag => one.Tags.Any(found => found.Key == tag.Key && Equals(found.Value, tag.Value))))
                .Sum(one => one.Value);
        }
    }

    /// <summary>Whether a counter was told of something under some tags, a zero included.</summary>
    /// <param name="instrument">The counter's name.</param>
    /// <param name="tags">Tags that it must have; it may have others.</param>
    public bool Has(string instrument, params (string Key, object Value)[] tags)
    {
        lock (_lock)
        {
            return _measured.Exists(one => one.Instrument == instrument && tags.All(tag => one.Tags.Any(found => found.Key == tag.Key && Equals(found.Value, tag.Value))));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();
}
