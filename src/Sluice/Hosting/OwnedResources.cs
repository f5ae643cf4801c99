namespace Sluice.Hosting;

/// <summary>Disposes what it owns in the reverse of the order in which it was taken in, each once, even if one of them fails.</summary>
internal sealed class OwnedResources : IAsyncDisposable
{
    private readonly Stack<object> _resources = new();

    /// <summary>Takes a resource in.</summary>
    public T Add<T>(T resource)
        where T : class
    {
        if (resource is not (IAsyncDisposable or IDisposable))
        {
            throw new ArgumentException($"{typeof(T)} cannot be disposed.", nameof(resource));
        }

        _resources.Push(resource);
        return resource;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        List<Exception>? failures = null;
        while (_resources.TryPop(out var resource))
        {
            try
            {
                if (resource is IAsyncDisposable asynchronous)
                {
                    await asynchronous.DisposeAsync().ConfigureAwait(false);
                }
                else
                {
                    ((IDisposable)resource).Dispose();
                }
            }
            catch (Exception exception)
            {
                (failures ??= []).Add(exception);
            }
        }

        if (failures is not null)
        {
            throw new AggregateException(failures);
        }
    }
}
