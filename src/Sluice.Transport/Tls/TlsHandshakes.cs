using System.Security.Authentication;
using Microsoft.Extensions.Logging;
using Sluice.Runtime.Contracts;

namespace Sluice.Transport.Tls;

/// <summary>
/// Counts the handshakes with clients of one server that failed, and says who it was and why, at most once in ten seconds: whoever can
/// connect can make them fail. Thread-safe.
/// </summary>
/// <param name="context">The component that listens.</param>
public sealed class TlsHandshakes(ComponentContext context)
{
    private static readonly TimeSpan BetweenWarnings = TimeSpan.FromSeconds(10);

    private readonly System.Diagnostics.Metrics.Counter<long> _failed = context.Meter.CreateCounter<long>(
        "sluice_receiver_failed_handshakes", "{handshake}", "TLS handshakes with senders that failed, by reason.");

    private readonly Lock _gate = new();
    private long? _warnedAt;
    private long _unreported;

    /// <summary>Books a handshake that failed.</summary>
    /// <param name="peer">The sender's address; null when unknown.</param>
    /// <param name="cause">What broke it; null when it took too long.</param>
    public void Failed(string? peer, Exception? cause)
    {
        var reason = cause switch
        {
            null => "timeout",
            AuthenticationException => "tls",
            _ => "connection",
        };
        _failed.Add(1, [.. context.MetricTags, new("reason", reason)]);
        long unreported;
        lock (_gate)
        {
            if (_warnedAt is { } before && context.Time.GetElapsedTime(before) < BetweenWarnings)
            {
                _unreported++;
                return;
            }

            _warnedAt = context.Time.GetTimestamp();
            (unreported, _unreported) = (_unreported, 0);
        }

        context.Logger.LogWarning(
            "The TLS handshake with {Peer} failed: {Reason}{More}",
            peer ?? "a sender",
            cause is null ? "it took too long" : (cause.InnerException ?? cause).Message,
            unreported == 0 ? "" : $" ({unreported} more failed since the last that was reported)");
    }
}
