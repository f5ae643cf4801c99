namespace Sluice.Journal;

/// <summary>Remembers for a while what was wrong: a disk that is slow or fails now and then is one that an operator should look at.</summary>
internal sealed class RecentProblem(TimeProvider time)
{
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private long _reported;
    private string? _text;

    /// <summary>What was wrong lately; null when nothing was.</summary>
    public string? Text
    {
        get
        {
            lock (_gate)
            {
                return _text is not null && time.GetElapsedTime(_reported) < Memory ? _text : null;
            }
        }
    }

    public void Report(string text)
    {
        lock (_gate)
        {
            _reported = time.GetTimestamp();
            _text = text;
        }
    }
}
