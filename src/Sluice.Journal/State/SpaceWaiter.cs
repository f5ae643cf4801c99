using System.Threading.Tasks.Sources;

namespace Sluice.Journal;

/// <summary>One commit that waits for space. Pooled by its queue; continuations never run on the thread that completes it.</summary>
internal sealed class SpaceWaiter(SpaceQueue queue) : IValueTaskSource<CommitResult>
{
    private ManualResetValueTaskSourceCore<CommitResult> _core = new() { RunContinuationsAsynchronously = true };

    public LogGroup Group { get; private set; } = null!;

    /// <summary>When it is refused, as a timestamp of the journal's clock.</summary>
    public long Deadline { get; private set; }

    public ValueTask<CommitResult> Task => new(this, _core.Version);

    public void Start(LogGroup group, long deadline)
    {
        Group = group;
        Deadline = deadline;
    }

    public void Complete(in CommitResult result)
    {
        Group = null!;
        _core.SetResult(result);
    }

    public CommitResult GetResult(short token)
    {
        var result = _core.GetResult(token);
        _core.Reset();
        queue.Recycle(this);
        return result;
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
