namespace Sluice.Load.Sending;

/// <summary>One connection to a receiver. For one request at a time.</summary>
internal interface ILoadConnection : IDisposable
{
    /// <summary>Sends a request and waits for the answer. The first request connects, and so does the first after a failure.</summary>
    /// <param name="body">The export request, gzipped if the connection was made for that.</param>
    /// <param name="cancellationToken">Gives up; the connection is broken then.</param>
    /// <exception cref="IOException">There is no answer, or one that is not understood.</exception>
    ValueTask<SendAnswer> SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken);
}
