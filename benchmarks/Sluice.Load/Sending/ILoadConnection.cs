namespace Sluice.Load.Sending;

/// <summary>One connection to a receiver. For one request at a time.</summary>
internal interface ILoadConnection : IDisposable
{
    /// <summary>Sends a request and waits for the answer. The first request connects, and so does the first after a failure.</summary>
    /// <param name="headers">Header lines of this request, each with its end; as long as those of the one before.</param>
    /// <param name="body">The request, gzipped if the connection was made for that.</param>
    /// <param name="cancellationToken">Gives up; the connection is broken then.</param>
    /// <exception cref="IOException">There is no answer, or one that is not understood.</exception>
    ValueTask<SendAnswer> SendAsync(ReadOnlyMemory<byte> headers, ReadOnlyMemory<byte> body, CancellationToken cancellationToken);
}
