using Microsoft.Extensions.Logging;

namespace Sluice.Transport.Kafka;

/// <summary>
/// Lines of librdkafka's own log, in ours. It speaks of every failed connection as of an error, while it tries again by itself; what matters to
/// users is in the health of the component, so that nothing here is worse than a warning unless the library gives up.
/// </summary>
internal static partial class KafkaLog
{
    /// <summary>Writes a line.</summary>
    /// <param name="logger">The component's.</param>
    /// <param name="severity">As in syslog, 0 (emergency) to 7 (debug).</param>
    /// <param name="facility">What the library calls the subject, such as FAIL.</param>
    /// <param name="text">The line.</param>
    public static void Write(ILogger logger, int severity, string facility, string text)
    {
        var level = severity switch
        {
            <= 2 => LogLevel.Error,
            <= 4 => LogLevel.Warning,
            5 => LogLevel.Information,
            _ => LogLevel.Debug,
        };
        WriteLine(logger, level, facility, text);
    }

    [LoggerMessage(Message = "librdkafka {Facility}: {Text}")]
    private static partial void WriteLine(ILogger logger, LogLevel level, string facility, string text);
}
