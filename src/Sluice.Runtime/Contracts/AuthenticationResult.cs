namespace Sluice.Runtime.Contracts;

/// <summary>Whether a request may come in.</summary>
public readonly record struct AuthenticationResult
{
    private AuthenticationResult(string? subject, string? challenge, string? reason) => (Subject, Challenge, Reason) = (subject, challenge, reason);

    /// <summary>Who the sender proved to be; null when it proved only to be allowed, or was refused.</summary>
    public string? Subject { get; }

    /// <summary>What the refusal says in <c>WWW-Authenticate</c> (RFC 9110, 11.6.1); null for nothing.</summary>
    public string? Challenge { get; }

    /// <summary>Why it was refused, for the sender: it names no part of a credential. Null when it may come in.</summary>
    public string? Reason { get; }

    /// <summary>It may come in.</summary>
    public bool IsAuthenticated => Reason is null;

    /// <summary>Lets it in.</summary>
    /// <param name="subject">Who the sender is, as the records will carry it; null when the credential names nobody.</param>
    public static AuthenticationResult Authenticated(string? subject) => new(subject, null, null);

    /// <summary>Refuses it.</summary>
    /// <param name="reason">Why, without any part of the credential.</param>
    /// <param name="challenge">How to authenticate, such as <c>Basic realm="sluice"</c>; null when there is no such scheme.</param>
    public static AuthenticationResult Refused(string reason, string? challenge) => new(null, challenge, reason);
}
