namespace Sluice.Runtime.Contracts;

/// <summary>An extension that checks who sends. Thread-safe.</summary>
public interface IServerAuthenticator
{
    /// <summary>Headers that carry credentials, in lower case. What keeps the headers of requests leaves these out, since they would come to rest in the journal.</summary>
    IReadOnlyList<string> CredentialHeaders { get; }

    /// <summary>
    /// Checks a request before its body is read. Credentials are compared in constant time. Usually complete at once and without
    /// allocating; only what must ask elsewhere waits.
    /// </summary>
    /// <exception cref="Exception">It could not be checked; the request is refused as if the service were unavailable.</exception>
    ValueTask<AuthenticationResult> AuthenticateAsync(HeaderLookup headers, CancellationToken cancellationToken);
}
