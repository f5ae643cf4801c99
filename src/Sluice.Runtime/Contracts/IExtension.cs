namespace Sluice.Runtime.Contracts;

/// <summary>Stands beside the pipelines: side ports and services.</summary>
public interface IExtension : IAsyncDisposable
{
    /// <summary>Where it listens, once started.</summary>
    IReadOnlyList<BoundEndpoint> Endpoints { get; }

    /// <summary>Starts it.</summary>
    /// <param name="status">The state of the instance, asked at any time.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="ComponentStartException">It cannot start; the message says which key to change.</exception>
    Task StartAsync(IRuntimeStatus status, CancellationToken cancellationToken);
}
