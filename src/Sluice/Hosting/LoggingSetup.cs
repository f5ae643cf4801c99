using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Sluice.Runtime.Graph;

namespace Sluice.Hosting;

/// <summary>Own logs: to stderr, as text or JSON lines, so that stdout belongs to data.</summary>
internal static class LoggingSetup
{
    public static ILoggerFactory Create(TelemetryLogsOptions options) => LoggerFactory.Create(builder =>
    {
        builder.SetMinimumLevel(options.Level switch
        {
            TelemetryLogLevel.Debug => LogLevel.Debug,
            TelemetryLogLevel.Warn => LogLevel.Warning,
            TelemetryLogLevel.Error => LogLevel.Error,
            _ => LogLevel.Information,
        });
        if (options.Encoding == TelemetryLogEncoding.Json)
        {
            builder.AddJsonConsole(json =>
            {
                json.UseUtcTimestamp = true;
                json.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            });
        }
        else
        {
            builder.AddConsole(console => console.FormatterName = LogLineFormatter.FormatterName);
            builder.AddConsoleFormatter<LogLineFormatter, ConsoleFormatterOptions>();
        }

        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    });
}
