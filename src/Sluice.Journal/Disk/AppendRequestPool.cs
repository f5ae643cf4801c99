namespace Sluice.Journal;

/// <summary>Requests waiting to be used again. Thread-safe and bounded.</summary>
internal sealed class AppendRequestPool
{
    private const int MaxKept = 1024;

    private readonly Lock _gate = new();
    private readonly Stack<AppendRequest> _free = new();

    public AppendRequest Take()
    {
        lock (_gate)
        {
            if (_free.TryPop(out var request))
            {
                return request;
            }
        }

        return new AppendRequest(this);
    }

    public void Return(AppendRequest request)
    {
        lock (_gate)
        {
            if (_free.Count < MaxKept)
            {
                _free.Push(request);
            }
        }
    }
}
