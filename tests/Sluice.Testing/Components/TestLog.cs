using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Sluice.Testing.Components;

/// <summary>Keeps what is logged, level first, whatever the category. Thread-safe.</summary>
public sealed class TestLog : ILogger, ILoggerFactory
{
    private readonly ConcurrentQueue<string> _lines = new();

    /// <summary>The messages so far, such as <c>Warning: it is full</c>.</summary>
    public IReadOnlyList<string> Lines => [.. _lines];

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue($"{logLevel}: {formatter(state, exception)}");

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => true;

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => this;

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is held.
    }
}
