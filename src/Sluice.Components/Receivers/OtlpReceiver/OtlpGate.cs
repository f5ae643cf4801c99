using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sluice.Runtime.Contracts;
using Sluice.Transport.Authentication;
using Sluice.Transport.HttpServer;

namespace Sluice.Components.Receivers.OtlpReceiver;

/// <summary>Whom one protocol lets in, before anything of a request but its head is read.</summary>
internal sealed partial class OtlpGate
{
    private const string Challenge = "WWW-Authenticate";

    private static readonly OtlpAnswer Throttled =
        new(OtlpOutcome.Busy, "rate_limit", "more requests come than max_requests_per_second allows; send again later");

    private static readonly OtlpAnswer Unchecked =
        new(OtlpOutcome.Unavailable, "auth_error", "the credentials cannot be checked now; send again later");

    private readonly IServerAuthenticator? _authenticator;
    private readonly RequestRateLimit? _limit;
    private readonly ILogger _logger;

    public OtlpGate(ComponentContext context, ServerAuthenticationOptions? auth, int maxRequestsPerSecond)
    {
        _logger = context.Logger;
        _limit = maxRequestsPerSecond > 0 ? new RequestRateLimit(maxRequestsPerSecond, context.Time) : null;
        if (auth is not null)
        {
            _authenticator = context.Extensions.ServerAuthenticator(auth.Authenticator);
        }
    }

    /// <summary>Headers in lower case in which senders prove who they are.</summary>
    public IReadOnlyList<string> CredentialHeaders => _authenticator?.CredentialHeaders ?? [];

    /// <summary>Checks who sends, then how much is sent.</summary>
    public ValueTask<OtlpAdmission> AdmitAsync(HttpContext http)
    {
        if (_authenticator is null)
        {
            return ValueTask.FromResult(Admit(null));
        }

        ValueTask<AuthenticationResult> pending;
        try
        {
            // The token of an aborted request is not asked for: that alone would cost an allocation per request.
            pending = _authenticator.AuthenticateAsync(HttpHeaderLookup.Of(http), CancellationToken.None);
            if (pending.IsCompletedSuccessfully)
            {
                return ValueTask.FromResult(Judge(http, pending.Result));
            }
        }
        catch (Exception e)
        {
            LogUnchecked(e);
            return ValueTask.FromResult(new OtlpAdmission(Unchecked, null));
        }

        return WaitAsync(http, pending);
    }

    private async ValueTask<OtlpAdmission> WaitAsync(HttpContext http, ValueTask<AuthenticationResult> pending)
    {
        try
        {
            return Judge(http, await pending);
        }
        catch (Exception e)
        {
            LogUnchecked(e);
            return new OtlpAdmission(Unchecked, null);
        }
    }

    private OtlpAdmission Judge(HttpContext http, in AuthenticationResult result)
    {
        if (result.IsAuthenticated)
        {
            return Admit(result.Subject);
        }

        if (result.Challenge is { } challenge)
        {
            http.Response.Headers[Challenge] = challenge;
        }

        return new OtlpAdmission(new OtlpAnswer(OtlpOutcome.Unauthenticated, "unauthenticated", result.Reason!), null);
    }

    private OtlpAdmission Admit(string? subject) => _limit is null || _limit.TryTake() ? new(null, subject) : new(Throttled, null);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The credentials of a sender could not be checked")]
    private partial void LogUnchecked(Exception exception);
}
