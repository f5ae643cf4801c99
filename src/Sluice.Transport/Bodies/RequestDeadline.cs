using System.IO.Pipelines;

namespace Sluice.Transport.Bodies;

/// <summary>When a request has to be over. The default value is never.</summary>
public readonly struct RequestDeadline
{
    private readonly TimeProvider? _time;
    private readonly long _start;
    private readonly TimeSpan _timeout;

    /// <summary>A deadline that far from now.</summary>
    public RequestDeadline(TimeProvider time, TimeSpan timeout)
    {
        _time = time;
        _start = time.GetTimestamp();
        _timeout = timeout;
    }

    /// <summary>Whether it has passed.</summary>
    public bool HasPassed => _time is not null && _time.GetElapsedTime(_start) >= _timeout;

    /// <summary>Reads from a pipe; past the deadline the read ends as cancelled. A timer is made only when the data is not there yet.</summary>
    internal ValueTask<ReadResult> ReadAsync(PipeReader reader)
    {
        if (_time is null)
        {
            return reader.ReadAsync();
        }

        if (HasPassed)
        {
            reader.CancelPendingRead();
        }

        var pending = reader.ReadAsync();
        return pending.IsCompleted ? pending : WaitAsync(reader, pending, _time, _timeout - _time.GetElapsedTime(_start));
    }

    private static async ValueTask<ReadResult> WaitAsync(PipeReader reader, ValueTask<ReadResult> pending, TimeProvider time, TimeSpan remaining)
    {
        await using var timer = time.CreateTimer(
            static state => ((PipeReader)state!).CancelPendingRead(),
            reader,
            remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero,
            Timeout.InfiniteTimeSpan);
        return await pending;
    }
}
