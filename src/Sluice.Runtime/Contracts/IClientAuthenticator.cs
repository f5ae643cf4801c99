namespace Sluice.Runtime.Contracts;

/// <summary>An extension that adds credentials or other headers to requests that go out. Thread-safe.</summary>
public interface IClientAuthenticator
{
    /// <summary>Adds what it adds. Called for every attempt, after the component has set its own headers. Usually complete at once.</summary>
    /// <param name="headers">The headers of the request.</param>
    /// <param name="cancellationToken">Ends a wait for a credential.</param>
    /// <exception cref="Exception">There is no credential now; the request is not sent and tried again later.</exception>
    ValueTask ApplyAsync(IOutgoingHeaders headers, CancellationToken cancellationToken);
}
