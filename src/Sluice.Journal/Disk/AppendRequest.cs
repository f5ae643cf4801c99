using System.Threading.Tasks.Sources;

namespace Sluice.Journal;

/// <summary>
/// One commit on its way through the appender. Pooled. It is its own work item, so that the caller's continuation runs on the thread pool
/// and costs no allocation; a work item may answer several of them in turn, because waking a thread for each costs more than the answers.
/// </summary>
internal sealed class AppendRequest(AppendRequestPool pool) : IValueTaskSource<CommitResult>, IThreadPoolWorkItem
{
    private ManualResetValueTaskSourceCore<CommitResult> _core;
    private CommitResult _result;
    private AppendRequest? _next;

    public LogGroup Group { get; private set; } = null!;

    public CommitKind Kind { get; private set; }

    /// <summary>The journal's own group, for which nobody waits.</summary>
    public bool IsOwn { get; private set; }

    /// <summary>When it is refused if there is no space, as a timestamp of the journal's clock.</summary>
    public long Deadline { get; set; }

    /// <summary>Its number; set when it has its place in the segment, like all below.</summary>
    public ulong Lsn { get; set; }

    public RecordId First { get; set; }

    public int Offset { get; set; }

    /// <summary>UTC ticks written in it.</summary>
    public long NowTicks { get; set; }

    /// <summary>Whether its entries are in the segment: not if nobody reads them.</summary>
    public bool IsKept { get; set; }

    public ValueTask<CommitResult> Task => new(this, _core.Version);

    public void Start(LogGroup group, CommitKind kind, bool isOwn = false)
    {
        Group = group;
        Kind = kind;
        IsOwn = isOwn;
    }

    /// <summary>Sets the answer, which the caller gets when this request is sent, or the one before it. The group is the pool's by now.</summary>
    /// <param name="result">The answer.</param>
    /// <param name="before">The request behind whose answer it is to be given, or null.</param>
    public void Answer(in CommitResult result, AppendRequest? before)
    {
        Group = null!;
        _result = result;
        if (before is not null)
        {
            before._next = this;
        }
    }

    /// <summary>Gives their answers to the caller and to those of all requests behind this one, in turn, on another thread.</summary>
    public void Send() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    /// <summary>Ends a request for which nobody waits.</summary>
    public void Recycle()
    {
        Group = null!;
        pool.Return(this);
    }

    void IThreadPoolWorkItem.Execute()
    {
        for (var request = this; request is not null;)
        {
            // Answered, a request may be in use again at once.
            var next = request._next;
            request._next = null;
            request._core.SetResult(request._result);
            request = next;
        }
    }

    CommitResult IValueTaskSource<CommitResult>.GetResult(short token)
    {
        var result = _core.GetResult(token);
        _core.Reset();
        _result = default;
        pool.Return(this);
        return result;
    }

    ValueTaskSourceStatus IValueTaskSource<CommitResult>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<CommitResult>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
