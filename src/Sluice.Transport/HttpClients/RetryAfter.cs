namespace Sluice.Transport.HttpClients;

/// <summary>The <c>Retry-After</c> header (RFC 9110, section 10.2.3).</summary>
public static class RetryAfter
{
    /// <summary>How long the server asks to wait: its seconds, or the time to its date, zero when that is past; null when it does not say.</summary>
    public static TimeSpan? Read(HttpResponseMessage response, TimeProvider time) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date > time.GetUtcNow() ? date - time.GetUtcNow() : TimeSpan.Zero,
        _ => null,
    };
}
