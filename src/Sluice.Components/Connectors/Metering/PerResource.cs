using Sluice.Telemetry;

namespace Sluice.Components.Connectors.Metering;

/// <summary>What was found for each resource of a batch: it is looked up once. Batch after batch in the same memory.</summary>
/// <typeparam name="T">What is found.</typeparam>
internal sealed class PerResource<T>
    where T : class
{
    private T?[] _found = [];

    /// <summary>What was found for a resource of the batch; null when it was not looked up.</summary>
    /// <param name="resource">Its number in the batch.</param>
    public ref T? this[int resource] => ref _found[resource];

    /// <summary>Forgets what was found, and makes room for the resources of another batch.</summary>
    public void Begin(EnvelopeBatch batch)
    {
        var resources = batch.Resources.Length;
        if (_found.Length < resources)
        {
            _found = new T?[resources];
        }

        _found.AsSpan(0, resources).Clear();
    }
}
