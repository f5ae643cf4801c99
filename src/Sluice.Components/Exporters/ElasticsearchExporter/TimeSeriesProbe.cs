using System.Text.Json;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry.Encoders.Elasticsearch;

namespace Sluice.Components.Exporters.ElasticsearchExporter;

/// <summary>
/// Asks whether a target of metrics is, or will be made as, a time-series data stream, where documents must not bring an id. What cannot be
/// found out that way shows when a document is refused for its id.
/// </summary>
internal sealed class TimeSeriesProbe(ClusterClient cluster)
{
    private readonly HashSet<DocumentTarget> _asked = [];
    private readonly Lock _gate = new();

    /// <summary>Asks about targets that were not asked about before.</summary>
    /// <param name="targets">The targets.</param>
    /// <param name="values">What the records have in common that go there.</param>
    /// <param name="cancellationToken">Cuts it off.</param>
    /// <returns>Whether something was learned that changes the documents.</returns>
    public async ValueTask<bool> AskAsync(IEnumerable<DocumentTarget> targets, RequestValues values, CancellationToken cancellationToken)
    {
        var learned = false;
        foreach (var target in targets)
        {
            lock (_gate)
            {
                if (!_asked.Add(target))
                {
                    continue;
                }
            }

            if (!target.IsTimeSeries && await IsTimeSeriesAsync(target.Name, values, cancellationToken).ConfigureAwait(false))
            {
                learned = target.IsTimeSeries = true;
            }
        }

        return learned;
    }

    private async ValueTask<bool> IsTimeSeriesAsync(string name, RequestValues values, CancellationToken cancellationToken)
    {
        var escaped = Uri.EscapeDataString(name);
        using var settings = await cluster.SendAsync(HttpMethod.Get, $"/{escaped}/_settings?filter_path=*.settings.index.mode", [], null, values, cancellationToken).ConfigureAwait(false);
        if (settings.IsSuccess)
        {
            return Mentions(settings);
        }

        if (settings.Status != 404)
        {
            return false;
        }

        using var template = await cluster.SendAsync(
            HttpMethod.Post, $"/_index_template/_simulate_index/{escaped}?filter_path=template.settings.index.mode", [], null, values, cancellationToken).ConfigureAwait(false);
        return template.IsSuccess && Mentions(template);
    }

    private static bool Mentions(ClusterAnswer answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer.Body.WrittenMemory);
            return Find(document.RootElement);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Of what was asked for only modes are left, however deep.</summary>
    private static bool Find(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().Any(member => Find(member.Value)),
        JsonValueKind.String => json.ValueEquals("time_series"u8),
        _ => false,
    };
}
