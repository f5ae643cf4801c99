using System.Globalization;
using System.Text.Json;
using Sluice.Buffers;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;
using Sluice.Telemetry.Encoders.Elasticsearch;

namespace Sluice.Components.Exporters.ElasticsearchExporter;

/// <summary>
/// Finds which documents of a body are stored already. An id is unique in one index only, so a data stream that has rolled over would take a
/// document twice: each of its backing indices that the document may be in is asked, newest first, with gets by id, which see what was
/// written a moment ago, as searches do not.
/// </summary>
internal sealed class DocumentLookup(ClusterClient cluster, BufferPool buffers)
{
    /// <summary>Clocks of clusters and ours may be apart by so much.</summary>
    private static readonly TimeSpan ClockMargin = TimeSpan.FromHours(1);

    /// <summary>Looks documents up.</summary>
    /// <param name="body">The body.</param>
    /// <param name="wanted">Which of its documents; left are those that are not stored.</param>
    /// <param name="values">What their records have in common.</param>
    /// <param name="since">When the first of them was received: they are in no index that was followed by another before.</param>
    /// <param name="cancellationToken">Cuts it off.</param>
    /// <returns>What is to be done when that cannot be found out now; null when it was.</returns>
    public async ValueTask<DeliveryOutcome?> FindMissingAsync(
        BulkBody body, List<int> wanted, RequestValues values, DateTimeOffset since, CancellationToken cancellationToken)
    {
        foreach (var group in wanted.Where(item => body.Items[item].IdLength > 0).GroupBy(item => body.Items[item].Target).ToList())
        {
            var (indices, failure) = await IndicesAsync(group.Key, values, cancellationToken).ConfigureAwait(false);
            if (failure is not null)
            {
                return failure;
            }

            var left = group.ToList();
            foreach (var (name, created) in indices)
            {
                failure = await RemoveFoundAsync(body, name, left, wanted, values, cancellationToken).ConfigureAwait(false);
                if (failure is not null)
                {
                    return failure;
                }

                if (left.Count == 0 || created < since - ClockMargin)
                {
                    break;
                }
            }
        }

        return null;
    }

    /// <summary>The indices behind a name, newest first; none when there is nothing of that name.</summary>
    private async ValueTask<(List<(string Name, DateTimeOffset Created)> Indices, DeliveryOutcome? Failure)> IndicesAsync(
        DocumentTarget target, RequestValues values, CancellationToken cancellationToken)
    {
        var path = $"/{Uri.EscapeDataString(target.Name)}/_settings?filter_path=*.settings.index.creation_date,*.settings.index.mode";
        using var answer = await cluster.SendAsync(HttpMethod.Get, path, [], null, values, cancellationToken).ConfigureAwait(false);
        var indices = new List<(string Name, DateTimeOffset Created)>();
        if (answer.Status == 404)
        {
            return (indices, null);
        }

        if (!answer.IsSuccess)
        {
            return (indices, Judge(answer, "a look-up"));
        }

        try
        {
            using var document = JsonDocument.Parse(answer.Body.WrittenMemory);
            foreach (var index in document.RootElement.EnumerateObject())
            {
                var settings = index.Value.GetProperty("settings"u8).GetProperty("index"u8);
                var created = long.Parse(settings.GetProperty("creation_date"u8).GetString()!, CultureInfo.InvariantCulture);
                indices.Add((index.Name, DateTimeOffset.FromUnixTimeMilliseconds(created)));
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentNullException)
        {
            return (indices, DeliveryOutcome.Retry($"{answer.Server} answered a look-up of indices with something else: {e.Message}"));
        }

        // Two indices of the same millisecond are of one data stream, and their names count up.
        indices.Sort((left, right) => right.Created != left.Created ? right.Created.CompareTo(left.Created) : string.CompareOrdinal(right.Name, left.Name));
        return (indices, null);
    }

    /// <summary>Asks one index, and takes what it has out of both lists.</summary>
    private async ValueTask<DeliveryOutcome?> RemoveFoundAsync(
        BulkBody body, string index, List<int> left, List<int> wanted, RequestValues values, CancellationToken cancellationToken)
    {
        using var request = new PooledBufferWriter(buffers, "look-up of documents");
        WriteIds(body, left, request);
        var path = $"/{Uri.EscapeDataString(index)}/_mget?_source=false&filter_path=docs.found,docs.error.type,docs.error.reason";
        using var answer = await cluster.SendAsync(HttpMethod.Post, path, [request.WrittenMemory], false, values, cancellationToken).ConfigureAwait(false);
        if (!answer.IsSuccess)
        {
            return Judge(answer, "a look-up");
        }

        var found = new List<bool>();
        try
        {
            using var document = JsonDocument.Parse(answer.Body.WrittenMemory);
            foreach (var item in document.RootElement.GetProperty("docs"u8).EnumerateArray())
            {
                if (item.TryGetProperty("error"u8, out var error))
                {
                    return DeliveryOutcome.Retry($"{answer.Server} could not look a document up: {error}");
                }

                found.Add(item.GetProperty("found"u8).GetBoolean());
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return DeliveryOutcome.Retry($"{answer.Server} answered a look-up with something else: {e.Message}");
        }

        if (found.Count != left.Count)
        {
            return DeliveryOutcome.Retry($"{answer.Server} answered a look-up of {left.Count} documents with {found.Count}");
        }

        var stored = left.Where((_, i) => found[i]).ToHashSet();
        left.RemoveAll(stored.Contains);
        wanted.RemoveAll(stored.Contains);
        return null;
    }

    private static void WriteIds(BulkBody body, List<int> items, PooledBufferWriter output)
    {
        output.Write("{\"ids\":["u8);
        for (var i = 0; i < items.Count; i++)
        {
            output.Write(i == 0 ? "\""u8 : ",\""u8);
            output.Write(body.IdOf(body.Items[items[i]]));
            output.WriteByte((byte)'"');
        }

        output.Write("]}"u8);
    }

    private static DeliveryOutcome Judge(ClusterAnswer answer, string request) => answer.Status is 401 or 403
        ? DeliveryOutcome.Fatal($"{answer.Reason(request)}; it takes the privileges read and view_index_metadata, or look_up: false")
        : answer.Judge(request) is { Status: DeliveryStatus.RejectedWhole } refused ? DeliveryOutcome.Retry(refused.Reason) : answer.Judge(request);
}
