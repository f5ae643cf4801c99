using System.Diagnostics.Tracing;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Sluice.Hosting;

/// <summary>
/// Says in the log that own telemetry cannot be sent, which the SDK tells only to who asks it. At most once a minute, and never over OTLP:
/// that would fail too.
/// </summary>
internal sealed partial class OwnTelemetryFaults(ILogger logger) : EventListener
{
    private const string Sources = "OpenTelemetry-";

    /// <summary>
    /// What the SDK tells of each instrument of a meter that a provider does not listen to, so the provider of the demo's shop of all of ours.
    /// Nothing is missing.
    /// </summary>
    private const string NotListenedTo = "MetricInstrumentIgnored";

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private long _saidAt;
    private long _unsaid;

    /// <inheritdoc/>
    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name.StartsWith(Sources, StringComparison.Ordinal))
        {
            EnableEvents(eventSource, EventLevel.Warning);
        }
    }

    /// <inheritdoc/>
    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        // The base class calls before the constructor of this one is through.
        if (_gate is null || eventData.EventName == NotListenedTo)
        {
            return;
        }

        long unsaid;
        lock (_gate)
        {
            var now = TimeProvider.System.GetTimestamp();
            if (_saidAt != 0 && TimeProvider.System.GetElapsedTime(_saidAt, now) < Pause)
            {
                _unsaid++;
                return;
            }

            (_saidAt, unsaid, _unsaid) = (now, _unsaid, 0);
        }

        var message = string.Format(CultureInfo.InvariantCulture, eventData.Message ?? eventData.EventName ?? "", [.. eventData.Payload ?? []]);
        LogFault(logger, message.Split('\n')[0].TrimEnd(), unsaid);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Own telemetry is not sent as it should be: {Fault} ({Unsaid} more since the last of these lines)")]
    private static partial void LogFault(ILogger logger, string fault, long unsaid);
}
