using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sluice.Runtime.Contracts;
using Sluice.Transport.Authentication;
using Sluice.Transport.HttpServer;

namespace Sluice.Components.Receivers.HttpEvents;

/// <summary>Whom a receiver of events lets in, before anything of a request but its head is read.</summary>
internal sealed partial class EventGate
{
    private readonly IServerAuthenticator? _authenticator;
    private readonly RequestRateLimit? _limit;
    private readonly ILogger _logger;

    public EventGate(ComponentContext context, HttpServerOptions options)
    {
        _logger = context.Logger;
        _authenticator = options.Auth is { } auth ? context.Extensions.ServerAuthenticator(auth.Authenticator) : null;
        _limit = options.MaxRequestsPerSecond > 0 ? new RequestRateLimit(options.MaxRequestsPerSecond, context.Time) : null;
    }

    /// <summary>Headers in lower case in which senders prove who they are.</summary>
    public IReadOnlyList<string> CredentialHeaders => _authenticator?.CredentialHeaders ?? [];

    /// <summary>Whether a request is not one too many.</summary>
    public bool HasRoom() => _limit is null || _limit.TryTake();

    /// <summary>Checks who sends.</summary>
    /// <returns>Why it is refused, or who it is where that is known.</returns>
    public async ValueTask<(EventAnswer? Refusal, string? Subject)> AuthenticateAsync(HttpContext http)
    {
        if (_authenticator is null)
        {
            return (null, null);
        }

        try
        {
            var result = await _authenticator.AuthenticateAsync(HttpHeaderLookup.Of(http), CancellationToken.None);
            if (result.IsAuthenticated)
            {
                return (null, result.Subject);
            }

            http.Response.Headers.WWWAuthenticate = result.Challenge;
            return (EventAnswer.Unauthorized("unauthenticated"), null);
        }
        catch (Exception e)
        {
            LogUnchecked(e);
            return (new EventAnswer(EventOutcome.Unavailable, "auth_error", "the credentials cannot be checked now; send again later"), null);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The credentials of a sender could not be checked")]
    private partial void LogUnchecked(Exception exception);
}
