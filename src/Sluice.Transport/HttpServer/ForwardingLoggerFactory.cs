using Microsoft.Extensions.Logging;

namespace Sluice.Transport.HttpServer;

/// <summary>Sends the server's warnings and errors to one log of ours.</summary>
internal sealed class ForwardingLoggerFactory(ILogger target) : ILoggerFactory
{
    private const string HostingDiagnostics = "Microsoft.AspNetCore.Hosting.Diagnostics";
    private const string HttpsConnections = "Microsoft.AspNetCore.Server.Kestrel.Https.Internal.HttpsConnectionMiddleware";
    private const string HostLifetime = "Microsoft.Extensions.Hosting.Internal.Host";
    private readonly ServerLogger _logger = new(target);

    /// <summary>
    /// The hosting layer makes an activity and a log scope per request as soon as its own category is enabled at any level, so that one
    /// stays silent; what it would say, the server says too. The host says only what it also throws, which we explain to the user in a line.
    /// </summary>
    public ILogger CreateLogger(string categoryName) =>
        categoryName is HostingDiagnostics or HostLifetime ? Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance
        : categoryName == HttpsConnections ? new HandshakeLogger(_logger)
        : _logger;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("The log is given by the owner of the host.");

    public void Dispose()
    {
        // The target belongs to the owner of the host.
    }

    /// <summary>Keeps for the connection why its handshake failed, which the server says at a level that nobody reads.</summary>
    private sealed class HandshakeLogger(ServerLogger log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Debug;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (HandshakeResult.Current is { IsComplete: false } handshake)
            {
                handshake.Cause ??= exception;
            }

            log.Log(logLevel, eventId, state, exception, formatter);
        }
    }

    /// <summary>Clients can make the server warn as often as they like, so that each warning is let through once in a while and counted in between.</summary>
    private sealed class ServerLogger(ILogger target) : ILogger
    {
        private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);
        private readonly Dictionary<int, (long LoggedAt, int Suppressed)> _warnings = [];
        private readonly Lock _gate = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning && target.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var suppressed = 0;
            if (!IsEnabled(logLevel) || (logLevel == LogLevel.Warning && !IsDue(eventId.Id, out suppressed)))
            {
                return;
            }

            target.Log(logLevel, eventId, state, exception, formatter);
            if (suppressed > 0)
            {
                target.LogWarning("{Count} more like that since the last", suppressed);
            }
        }

        private bool IsDue(int id, out int suppressed)
        {
            var now = Environment.TickCount64;
            lock (_gate)
            {
                var isKnown = _warnings.TryGetValue(id, out var last);
                suppressed = last.Suppressed;
                if (isKnown && now - last.LoggedAt < Pause.TotalMilliseconds)
                {
                    _warnings[id] = (last.LoggedAt, suppressed + 1);
                    return false;
                }

                _warnings[id] = (now, 0);
                return true;
            }
        }
    }
}
