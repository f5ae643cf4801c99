using System.Diagnostics;

namespace Sluice.Runtime.Monitoring;

/// <summary>
/// Traces operations that took longer than they should. A span is made when the operation has ended and was slow, so that the others cost one
/// comparison. Nothing is made while nobody listens to <see cref="SourceName"/>. Thread-safe.
/// </summary>
public sealed class SlowOperations : IDisposable
{
    /// <summary>The name of the source of spans.</summary>
    public const string SourceName = "Sluice";

    private readonly ActivitySource _source = new(SourceName);
    private readonly TimeSpan _threshold;
    private readonly TimeProvider _time;

    /// <summary>Begins to watch.</summary>
    /// <param name="threshold">What takes at least this long is slow.</param>
    /// <param name="time">Says when an operation ended.</param>
    public SlowOperations(TimeSpan threshold, TimeProvider time)
    {
        _threshold = threshold;
        _time = time;
    }

    /// <summary>Nothing is slow.</summary>
    public static SlowOperations None { get; } = new(TimeSpan.MaxValue, TimeProvider.System);

    /// <summary>Whether an operation that has just ended is to be reported.</summary>
    public bool Includes(TimeSpan duration) => duration >= _threshold && _source.HasListeners();

    /// <summary>Makes the span of an operation that ends now.</summary>
    /// <param name="name">What it was, with few different values.</param>
    /// <param name="duration">How long it took.</param>
    /// <param name="failure">Why it failed; null when it did not.</param>
    /// <param name="tags">What is known of it.</param>
    public void Report(string name, TimeSpan duration, string? failure, params ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var end = _time.GetUtcNow();

        // It is a trace of its own: what happens to be current here is the server's or a client's, which nobody exports.
        var current = Activity.Current;
        Activity.Current = null;
        using (var span = _source.StartActivity(name, ActivityKind.Internal, parentContext: default, startTime: end - duration))
        {
            foreach (var (key, value) in tags)
            {
                span?.SetTag(key, value);
            }

            if (failure is not null)
            {
                span?.SetStatus(ActivityStatusCode.Error, failure);
            }

            span?.SetEndTime(end.UtcDateTime);
        }

        Activity.Current = current;
    }

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();
}
