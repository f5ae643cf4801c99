using Microsoft.Extensions.Logging;

namespace Sluice.Components.Exporters.ElasticsearchExporter;

/// <summary>Warns of documents that were refused, at most every ten seconds. Thread-safe.</summary>
internal sealed class RefusalLog(ILogger logger, TimeProvider time)
{
    private static readonly TimeSpan BetweenWarnings = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private long? _warnedAt;
    private long _refused;
    private long _kept;

    /// <summary>Books what became of the documents of a request.</summary>
    /// <param name="refused">Documents that went to the dead letters.</param>
    /// <param name="kept">Documents that went to a failure store.</param>
    /// <param name="example">What was said of one of them.</param>
    public void Add(int refused, int kept, string example)
    {
        lock (_gate)
        {
            _refused += refused;
            _kept += kept;
            if (_refused + _kept == 0 || (_warnedAt is { } last && time.GetElapsedTime(last) < BetweenWarnings))
            {
                return;
            }

            _warnedAt = time.GetTimestamp();
            logger.LogWarning(
                "{Refused} documents were refused for good and {Kept} went to a failure store since the last warning; of one of them: {Example}",
                _refused, _kept, example);
            (_refused, _kept) = (0, 0);
        }
    }
}
