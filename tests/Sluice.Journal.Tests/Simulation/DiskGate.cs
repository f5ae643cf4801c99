namespace Sluice.Journal.Tests.Simulation;

/// <summary>Holds an operation of a simulated disk until the test lets it go on: a slow disk without waiting.</summary>
internal sealed class DiskGate : IDisposable
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _open = new();

    /// <summary>Completes when an operation has come to the gate.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Called by the operation: returns when the gate is open.</summary>
    public void Pass()
    {
        _reached.TrySetResult();
        _open.Wait();
    }

    /// <summary>Lets everything through from now on.</summary>
    public void Open() => _open.Set();

    /// <summary>Opens it: nothing stays behind when a test fails.</summary>
    public void Dispose() => Open();
}
