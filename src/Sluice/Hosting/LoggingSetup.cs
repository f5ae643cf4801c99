using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using OpenTelemetry.Logs;
using Sluice.Runtime.Graph;

namespace Sluice.Hosting;

/// <summary>Own logs: to stderr, as text or JSON lines, so that stdout belongs to data.</summary>
internal static class LoggingSetup
{
    /// <summary>The category of what is said about sending own telemetry; it stays on stderr.</summary>
    public const string OwnTelemetryCategory = "own telemetry";

    /// <summary>Makes the loggers; disposing them sends what is left, for at most five seconds.</summary>
    /// <exception cref="Sluice.Runtime.Contracts.ComponentStartException">A certificate for sending them cannot be used.</exception>
    public static ILoggerFactory Create(TelemetryOptions telemetry) => LoggerFactory.Create(builder =>
    {
        var options = telemetry.Logs;
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
        if (options.Processors.Count > 0)
        {
            builder.AddFilter<OpenTelemetryLoggerProvider>(OwnTelemetryCategory, LogLevel.None);
            builder.AddOpenTelemetry(logs =>
            {
                logs.SetResourceBuilder(OwnTelemetryExporters.Resource(telemetry));
                logs.IncludeFormattedMessage = true;
                logs.ParseStateValues = true;
                foreach (var processor in options.Processors)
                {
                    logs.AddProcessor(OwnTelemetryExporters.Logs(processor.Batch!));
                }
            });
        }
    });
}
