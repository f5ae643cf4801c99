using Microsoft.Extensions.Logging;

namespace Sluice.Transport.HttpServer;

/// <summary>Sends the server's warnings and errors to one log of ours.</summary>
internal sealed class ForwardingLoggerFactory(ILogger target) : ILoggerFactory
{
    private const string HostingDiagnostics = "Microsoft.AspNetCore.Hosting.Diagnostics";
    private const string HostLifetime = "Microsoft.Extensions.Hosting.Internal.Host";
    private readonly ServerLogger _logger = new(target);

    /// <summary>
    /// The hosting layer makes an activity and a log scope per request as soon as its own category is enabled at any level, so that one
    /// stays silent; what it would say, the server says too. The host says only what it also throws, which we explain to the user in a line.
    /// </summary>
    public ILogger CreateLogger(string categoryName) =>
        categoryName is HostingDiagnostics or HostLifetime ? Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance : _logger;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("The log is given by the owner of the host.");

    public void Dispose()
    {
        // The target belongs to the owner of the host.
    }

    private sealed class ServerLogger(ILogger target) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning && target.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                target.Log(logLevel, eventId, state, exception, formatter);
            }
        }
    }
}
