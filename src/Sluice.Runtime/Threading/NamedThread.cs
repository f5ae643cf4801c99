using System.Collections.Concurrent;

namespace Sluice.Runtime.Threading;

/// <summary>
/// A thread for work that blocks, such as file I/O with a flush to disk, so that it never holds a thread of the pool. Work runs one
/// piece at a time, in the order it was handed over. Callers await their piece, so there are as many pieces as callers.
/// </summary>
public sealed class NamedThread : IAsyncDisposable
{
    private const int Waiting = 256;

    private readonly BlockingCollection<Action> _work = new(Waiting);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int _disposed;

    /// <summary>Starts the thread.</summary>
    /// <param name="name">What debuggers and profilers call it; Linux shows the first 15 characters.</param>
    public NamedThread(string name) => new Thread(Run) { IsBackground = true, Name = name }.Start();

    /// <summary>Runs a piece of work on the thread.</summary>
    /// <returns>Completes with its result or its exception; continuations never run on the thread.</returns>
    /// <exception cref="InvalidOperationException">The thread was stopped.</exception>
    public Task<T> RunAsync<T>(Func<T> work)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                completion.SetResult(work());
            }
            catch (Exception e)
            {
                completion.SetException(e);
            }
        });
        return completion.Task;
    }

    /// <summary>Does what was handed over before, and ends the thread. Doing it again only waits.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _work.CompleteAdding();
        }

        await _ended.Task;
    }

    private void Run()
    {
        foreach (var piece in _work.GetConsumingEnumerable())
        {
            piece();
        }

        _work.Dispose();
        _ended.SetResult();
    }
}
