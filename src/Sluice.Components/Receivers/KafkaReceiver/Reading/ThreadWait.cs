namespace Sluice.Components.Receivers.KafkaReceiver.Reading;

/// <summary>Lets the thread of the client, which nobody else needs, wait for what others complete.</summary>
internal sealed class ThreadWait : IDisposable
{
    private readonly ManualResetEventSlim _completed = new();
    private readonly Action _complete;

    public ThreadWait() => _complete = _completed.Set;

    /// <summary>Returns when the task has ended, however it did.</summary>
    public void For(Task task)
    {
        if (task.IsCompleted)
        {
            return;
        }

        _completed.Reset();
        task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().UnsafeOnCompleted(_complete);
        _completed.Wait();
    }

    public void Dispose() => _completed.Dispose();
}
