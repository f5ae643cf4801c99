using System.Globalization;

namespace Sluice.Journal;

/// <summary>Remembers for a while that a flush was slow, since a disk that is slow now and then is slow.</summary>
internal sealed class SlowDisk(TimeProvider time)
{
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private long _reported;
    private TimeSpan _duration;

    /// <summary>What to say about it; null when it was not slow lately.</summary>
    public string? Problem
    {
        get
        {
            lock (_gate)
            {
                return _duration > TimeSpan.Zero && time.GetElapsedTime(_reported) < Memory
                    ? string.Create(CultureInfo.InvariantCulture, $"a flush to disk took {_duration.TotalSeconds:0.0} s")
                    : null;
            }
        }
    }

    public void Report(TimeSpan duration)
    {
        lock (_gate)
        {
            _reported = time.GetTimestamp();
            _duration = duration;
        }
    }
}
