using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Sluice.Standins.Elasticsearch.Cluster;
using Sluice.Standins.Elasticsearch.Http;

namespace Sluice.Standins.Elasticsearch.Bulk;

/// <summary>Does single operations on documents, of bulk requests and of calls for one document.</summary>
internal sealed class DocumentWriter(ClusterState state)
{
    private const string OnlyCreate = "only write ops with an op_type of create are allowed in data streams";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Does an operation.</summary>
    /// <exception cref="ApiException">It was refused.</exception>
    public BulkResult Do(BulkOperation operation)
    {
        if (operation.Action is "index" or "create" && operation.Id is { Length: 0 })
        {
            throw ApiException.IllegalArgument("if _id is specified it must not be empty");
        }

        var (index, stream) = state.ResolveForWrite(operation.Index, operation.RequireAlias, operation.RequireDataStream);
        if (stream is not null)
        {
            return operation.Action == "create" ? CreateInStream(stream, operation) : throw ApiException.IllegalArgument(OnlyCreate);
        }

        CheckBackingIndex(index!, operation);
        return operation.Action switch
        {
            "delete" => Delete(index!, operation),
            "update" => Update(index!, operation),
            _ => Put(index!, operation, operation.Id ?? NewId(), Parse(operation), null),
        };
    }

    private BulkResult CreateInStream(DataStream stream, BulkOperation operation)
    {
        if (operation.Routing is not null && !stream.AllowsCustomRouting)
        {
            throw ApiException.IllegalArgument(
                $"index request targeting data stream [{stream.Name}] specifies a custom routing but the [allow_custom_routing] setting is not enabled in the data stream's template.");
        }

        var document = Parse(operation);
        if (!stream.WriteIndex.Settings.IsTimeSeries)
        {
            return Put(stream.WriteIndex, operation, operation.Id ?? NewId(), document, null);
        }

        TimeSeries.Extend(stream.WriteIndex, state.Options.Time.GetUtcNow());
        var index = TimeSeries.IndexFor(stream, document);
        var (id, description) = TimeSeries.IdOf(index, document);
        if (operation.Id is { } given && given != id)
        {
            throw new ApiException(new ApiError(400, state.Version.ParsingException, "failed to parse")
            {
                CausedBy = new ApiError(400, "illegal_argument_exception", $"_id must be unset or set to [{id}] but was [{given}] because [{index.Name}] is in time_series mode"),
            });
        }

        return Put(index, operation, id, document, description);
    }

    private BulkResult Put(StoreIndex index, BulkOperation operation, string id, JsonElement document, string? description)
    {
        CheckPipelines(index, operation);
        if (operation.IfSequenceNumber is { } sequenceNumber)
        {
            index.CheckSequence(id, sequenceNumber, operation.IfPrimaryTerm!.Value);
        }

        var (written, isNew) = index.Put(id, operation.Source.ToArray(), document, operation.Action == "create", operation.DynamicTemplates, description);
        return new BulkResult(operation.Action, index.Name, id, isNew ? 201 : 200) { Result = isNew ? "created" : "updated", Written = written };
    }

    private static BulkResult Delete(StoreIndex index, BulkOperation operation)
    {
        if (operation.IfSequenceNumber is { } sequenceNumber)
        {
            index.CheckSequence(operation.Id!, sequenceNumber, operation.IfPrimaryTerm!.Value);
        }

        var deleted = index.Delete(operation.Id!);
        return new BulkResult(operation.Action, index.Name, operation.Id, deleted is null ? 404 : 200) { Result = deleted is null ? "not_found" : "deleted", Written = deleted };
    }

    private BulkResult Update(StoreIndex index, BulkOperation operation)
    {
        var update = JsonNode.Parse(operation.Source.Span)!.AsObject();
        if (update.ContainsKey("script"))
        {
            throw ApiException.NotModelled("scripts");
        }

        var existing = index.Get(operation.Id!);
        var document = existing is not null ? JsonNode.Parse(existing.Source)!.AsObject()
            : update["upsert"] is JsonObject upsert ? upsert.DeepClone().AsObject()
            : update["doc_as_upsert"]?.GetValue<bool>() == true ? []
            : throw new ApiException(new ApiError(404, "document_missing_exception", $"[{operation.Id}]: document missing")
            {
                Metadata = new() { ["index_uuid"] = index.Uuid, ["shard"] = "0", ["index"] = index.Name },
            });
        if (existing is not null || update["upsert"] is null)
        {
            Merge(document, update["doc"]?.AsObject() ?? []);
        }

        var source = JsonSerializer.SerializeToUtf8Bytes(document);
        var (written, isNew) = index.Put(operation.Id!, source, JsonElement.Parse(source), mustBeNew: false);
        return new BulkResult(operation.Action, index.Name, operation.Id, isNew ? 201 : 200) { Result = isNew ? "created" : "updated", Written = written };
    }

    private static void Merge(JsonObject target, JsonObject changes)
    {
        foreach (var (name, value) in changes)
        {
            if (target[name] is JsonObject inner && value is JsonObject more)
            {
                Merge(inner, more);
            }
            else
            {
                target[name] = value?.DeepClone();
            }
        }
    }

    private static void CheckBackingIndex(StoreIndex index, BulkOperation operation)
    {
        if (index.Stream is { } stream && operation.Action == "create")
        {
            throw ApiException.IllegalArgument($"index request with op_type=create targeting backing indices is disallowed, target corresponding data stream [{stream.Name}] instead");
        }

        if (index.Stream is { } owner && operation.Action == "index" && operation.IfSequenceNumber is null)
        {
            throw ApiException.IllegalArgument($"index request with op_type=index and no if_primary_term and if_seq_no set targeting backing indices is disallowed, target corresponding data stream [{owner.Name}] instead");
        }

        if (index.Settings["blocks.write"] == "true" || index.Settings["blocks.read_only_allow_delete"] == "true")
        {
            var (status, text) = index.Settings["blocks.write"] == "true" ? (403, "FORBIDDEN/8/index write (api)") : (429, "TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, index has read-only-allow-delete block");
            throw new ApiException(new ApiError(status, "cluster_block_exception", $"index [{index.Name}] blocked by: [{text}];"));
        }
    }

    /// <summary>Pipelines exist or not; what one does is not modelled, so that only those without processors can be used.</summary>
    private void CheckPipelines(StoreIndex index, BulkOperation operation)
    {
        foreach (var name in new[] { operation.Pipeline ?? index.Settings["default_pipeline"], index.Settings["final_pipeline"] })
        {
            if (name is null or "_none")
            {
                continue;
            }

            if (!state.Stored.TryGetValue("pipeline", out var pipelines) || !pipelines.TryGetValue(name, out var pipeline))
            {
                throw ApiException.IllegalArgument($"pipeline with id [{name}] does not exist");
            }

            if (pipeline["processors"] is JsonArray { Count: > 0 })
            {
                throw ApiException.NotModelled($"the processors of the ingest pipeline [{name}]");
            }
        }
    }

    private JsonElement Parse(BulkOperation operation)
    {
        ApiException Wrong(string reason) => new(new ApiError(400, state.Version.ParsingException, "failed to parse") { CausedBy = new ApiError(400, "x_content_parse_exception", reason) });

        if (operation.Source.Length == 0)
        {
            throw Wrong("failed to parse, document is empty");
        }

        if (!Utf8.IsValid(operation.Source.Span))
        {
            throw Wrong("Invalid UTF-8 byte");
        }

        try
        {
            var document = JsonElement.Parse(operation.Source.Span, Strict);
            return document.ValueKind == JsonValueKind.Object ? document : throw Wrong($"Malformed content, must start with an object");
        }
        catch (JsonException exception)
        {
            throw Wrong(exception.Message);
        }
    }

    /// <summary>Twenty characters, as the product makes them.</summary>
    private static string NewId() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(15)).Replace('+', '-').Replace('/', '_');
}
