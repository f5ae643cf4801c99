namespace Sluice.Runtime.Contracts;

/// <summary>Takes data in and feeds an <see cref="IIntake"/>.</summary>
public interface IReceiver : IAsyncDisposable
{
    /// <summary>Where it listens, once started; empty for receivers that do not listen.</summary>
    IReadOnlyList<BoundEndpoint> Endpoints { get; }

    /// <summary>Starts taking data; returns when it listens.</summary>
    /// <exception cref="ComponentStartException">It cannot start; the message says which key to change.</exception>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Stops accepting, and returns when requests in flight are answered or <paramref name="cancellationToken"/> cuts them off. Safe before a start, and twice.</summary>
    Task StopAsync(CancellationToken cancellationToken);
}
