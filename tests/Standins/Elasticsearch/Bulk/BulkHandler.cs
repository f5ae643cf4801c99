using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sluice.Standins.Elasticsearch.Cluster;
using Sluice.Standins.Elasticsearch.Faults;
using Sluice.Standins.Elasticsearch.Http;

namespace Sluice.Standins.Elasticsearch.Bulk;

/// <summary>The bulk API, and the calls that write one document.</summary>
internal sealed class BulkHandler(ClusterState state, StandinFaults faults)
{
    private readonly DocumentWriter _writer = new(state);

    /// <summary>Items that were answered, by status.</summary>
    public SortedDictionary<int, long> Answered { get; } = [];

    public ApiAnswer Bulk(ApiRequest request, string? index)
    {
        var start = Stopwatch.GetTimestamp();
        request.Allow("refresh", "pipeline", "routing", "require_alias", "require_data_stream", "wait_for_active_shards", "_source", "_source_includes", "_source_excludes", "list_executed_pipelines", "include_source_on_error", "type");
        var operations = new BulkParser(state.Version, index, request.Parameter("routing"), request.Parameter("pipeline"), request.Flag("require_alias"), request.Flag("require_data_stream"))
            .Parse(request.Body);
        var results = operations.Select(Do).ToArray();
        var refreshes = Refresh(request, results);
        var items = new JsonArray();
        foreach (var result in results)
        {
            Answered[result.Status] = Answered.GetValueOrDefault(result.Status) + 1;
            items.Add((JsonNode)new JsonObject { [result.Action] = result.ToJson(state.Version, refreshes) });
        }

        return ApiAnswer.Of(new JsonObject
        {
            ["errors"] = results.Any(result => result.Error is not null),
            ["took"] = (long)Stopwatch.GetElapsedTime(start).TotalMilliseconds,
            ["items"] = items,
        });
    }

    /// <summary><c>POST /x/_doc</c> and its kin.</summary>
    public ApiAnswer Single(ApiRequest request, string action, string index, string? id)
    {
        request.Allow("refresh", "pipeline", "routing", "require_alias", "require_data_stream", "wait_for_active_shards", "op_type", "if_seq_no", "if_primary_term", "retry_on_conflict");
        var result = _writer.Do(new BulkOperation
        {
            Action = action == "index" && request.Parameter("op_type") == "create" ? "create" : action,
            Index = index,
            Id = id,
            Routing = request.Parameter("routing"),
            Pipeline = request.Parameter("pipeline"),
            RequireAlias = request.Flag("require_alias"),
            RequireDataStream = request.Flag("require_data_stream"),
            IfSequenceNumber = request.Number("if_seq_no"),
            IfPrimaryTerm = request.Number("if_primary_term"),
            Source = request.Body,
        });
        var json = result.ToJson(state.Version, Refresh(request, [result]));
        json.Remove("status");
        return ApiAnswer.Of(json, result.Status);
    }

    private BulkResult Do(BulkOperation operation)
    {
        var fault = faults.Of(new StandinItem(operation.Action, operation.Index, operation.Id, operation.Source));
        try
        {
            if (fault is null or { IsDone: true })
            {
                var result = _writer.Do(operation);
                return fault is null ? result : BulkResult.Failed(operation, ErrorOf(fault));
            }

            return BulkResult.Failed(operation, ErrorOf(fault));
        }
        catch (ApiException exception)
        {
            return BulkResult.Failed(operation, exception.Error);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // What the parser of the framework reads late: escapes that are no text.
            return BulkResult.Failed(operation, new ApiError(400, state.Version.ParsingException, "failed to parse") { CausedBy = new ApiError(400, "x_content_parse_exception", exception.Message) });
        }
    }

    private static ApiError ErrorOf(ItemFault fault) => new(fault.Status, fault.Type, fault.Reason);

    private bool Refresh(ApiRequest request, IEnumerable<BulkResult> results)
    {
        switch (request.Parameter("refresh"))
        {
            case null or "false":
                return false;
            case "" or "true" or "wait_for":
                foreach (var name in results.Where(result => result.Error is null).Select(result => result.Index).Distinct())
                {
                    state.Indices.GetValueOrDefault(name)?.Refresh();
                }

                return request.Parameter("refresh") != "wait_for";
            case var other:
                throw ApiException.IllegalArgument($"Unknown value for refresh: [{other}].");
        }
    }
}
