using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Sluice.Hosting;

/// <summary>Own logs as text: time, level, who, message, and behind an error its exception.</summary>
internal sealed class LogLineFormatter() : ConsoleFormatter(FormatterName)
{
    /// <summary>What the console logger knows it by.</summary>
    public const string FormatterName = "sluice";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var level = logEntry.LogLevel switch
        {
            LogLevel.Trace or LogLevel.Debug => "debug",
            LogLevel.Information => "info ",
            LogLevel.Warning => "warn ",
            LogLevel.Error => "error",
            _ => "fatal",
        };
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception).TrimEnd();
        textWriter.WriteLine($"{TimeProvider.System.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {level} {logEntry.Category}: {message}");
        if (logEntry.Exception is not null)
        {
            textWriter.WriteLine(logEntry.Exception);
        }
    }
}
