using Sluice.Buffers;

namespace Sluice.Journal;

/// <summary>Groups waiting for a builder, with a little memory each. Bounded; thread-safe.</summary>
internal sealed class LogGroupPool(JournalState state, BufferPool pool)
{
    private const int MaxKept = 64;

    private readonly Lock _gate = new();
    private readonly Stack<LogGroup> _free = new(MaxKept);
    private bool _closed;

    public LogGroup Take()
    {
        LogGroup? group;
        lock (_gate)
        {
            _free.TryPop(out group);
        }

        group ??= new LogGroup(state, pool);
        group.Start();
        return group;
    }

    public void Return(LogGroup group)
    {
        group.Reset();
        lock (_gate)
        {
            if (!_closed && _free.Count < MaxKept)
            {
                _free.Push(group);
                return;
            }
        }

        group.Free();
    }

    /// <summary>Frees what is kept; what comes back later is freed at once.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            while (_free.TryPop(out var group))
            {
                group.Free();
            }
        }
    }
}
