using Microsoft.Extensions.Logging;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;

namespace Sluice.Components.Exporters.Otlp;

/// <summary>What becomes of a batch that a server took, in whole or in part.</summary>
/// <param name="logger">Warned of what the server refused.</param>
/// <param name="time">Keeps the warnings apart.</param>
internal sealed class ExportVerdict(ILogger logger, TimeProvider time)
{
    /// <summary>A server that refuses something of every request is not to fill the log.</summary>
    private static readonly TimeSpan BetweenWarnings = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private long? _warnedAt;
    private long _unreported;

    /// <summary>Books what the server refused, if anything.</summary>
    public DeliveryOutcome Taken(DeliveryBatch batch, Signal signal, ExportAnswer answer)
    {
        var message = ExportAnswer.Shorten(answer.Message);
        if (answer.Rejected > 0)
        {
            batch.RejectUnnamed(answer.Rejected, $"{answer.Rejected} {ExportSignals.ItemsOf(signal)} were refused in part of a request that was taken: {message}");
        }

        if ((answer.Rejected > 0 || message.Length > 0) && MayWarn(answer.Rejected, out var rejected))
        {
            logger.LogWarning(
                "The server took a request of {Records} records, {Rejected} {Items} were refused since the last warning; it says: {Message}",
                batch.RecordCount, rejected, ExportSignals.ItemsOf(signal), message);
        }

        return DeliveryOutcome.Delivered();
    }

    private bool MayWarn(long rejected, out long sinceLast)
    {
        lock (_gate)
        {
            _unreported += rejected;
            sinceLast = _unreported;
            if (_warnedAt is { } last && time.GetElapsedTime(last) < BetweenWarnings)
            {
                return false;
            }

            _warnedAt = time.GetTimestamp();
            _unreported = 0;
            return true;
        }
    }
}
