using Sluice.Standins.Elasticsearch.Bulk;
using Sluice.Standins.Elasticsearch.Cluster;
using Sluice.Standins.Elasticsearch.Search;
using Sluice.Standins.Elasticsearch.Templates;

namespace Sluice.Standins.Elasticsearch.Http;

/// <summary>Finds who serves a call.</summary>
internal sealed class Router(ClusterState state, BulkHandler bulk)
{
    private readonly ClusterHandler _cluster = new(state);
    private readonly IndexHandler _indices = new(state);
    private readonly TemplateHandler _templates = new(state);
    private readonly StoredHandler _stored = new(state);
    private readonly GetHandler _gets = new(state);
    private readonly SearchHandler _searches = new(state);

    /// <summary>Serves a call.</summary>
    /// <exception cref="ApiException">It was refused.</exception>
    public ApiAnswer Route(ApiRequest request)
    {
        var isWrite = request.Method is "POST" or "PUT";
        var isRead = request.Method is "GET" or "POST";
        return request.Path switch
        {
            [] when request.Method is "GET" or "HEAD" => _cluster.Root(),
            ["_license"] or ["_xpack"] when request.IsGet && !state.Version.IsOpenSearch => _cluster.License(request.Path[0]),
            ["_cluster", "health"] or ["_cluster", "health", _] when request.IsGet => _cluster.Health(),
            ["_nodes"] or ["_nodes", ..] when request.IsGet => _cluster.Nodes(),
            ["_bulk"] when isWrite => bulk.Bulk(request, null),
            [var index, "_bulk"] when isWrite => bulk.Bulk(request, index),
            ["_mget"] when isRead => _gets.Multi(request, null),
            [var index, "_mget"] when isRead => _gets.Multi(request, index),
            ["_search"] when isRead => _searches.Search(request, ""),
            [var index, "_search"] when isRead => _searches.Search(request, index),
            ["_msearch"] when isRead => _searches.Multi(request, ""),
            [var index, "_msearch"] when isRead => _searches.Multi(request, index),
            ["_count"] when isRead => _searches.Count(request, ""),
            [var index, "_count"] when isRead => _searches.Count(request, index),
            ["_field_caps"] when isRead => _searches.FieldCapabilities(request, ""),
            [var index, "_field_caps"] when isRead => _searches.FieldCapabilities(request, index),
            ["_refresh"] when isRead => _indices.Refresh(""),
            [var index, "_refresh"] when isRead => _indices.Refresh(index),
            ["_data_stream"] when request.IsGet => _indices.GetStreams("*"),
            ["_data_stream", var name] => _indices.Stream(request, name),
            ["_component_template", ..] => _templates.Component(request),
            ["_index_template", "_simulate_index", var name] when request.Method == "POST" => _templates.Simulate(name),
            ["_index_template", ..] => _templates.Index(request),
            ["_ilm", "policy", ..] when !state.Version.IsOpenSearch => _stored.Serve(request, "policy", request.Path[2..]),
            ["_plugins", "_ism", "policies", ..] when state.Version.IsOpenSearch => _stored.Serve(request, "policy", request.Path[3..]),
            ["_ingest", "pipeline", ..] => _stored.Serve(request, "pipeline", request.Path[2..]),
            ["_template", ..] => _stored.Serve(request, "template", request.Path[1..]),
            [var index, "_rollover"] when request.Method == "POST" => _indices.Rollover(request, index),
            [var index, "_doc"] when request.Method == "POST" => bulk.Single(request, "index", index, null),
            [var index, "_doc", var id] => Document(request, index, id),
            [var index, "_create", var id] when isWrite => bulk.Single(request, "create", index, id),
            [var index, "_update", var id] when request.Method == "POST" => bulk.Single(request, "update", index, id),
            [var index, "_source", var id] when request.IsGet => _gets.Source(index, id),
            [var index, "_mapping"] => _indices.Mapping(request, index),
            ["_mapping"] when request.IsGet => _indices.Mapping(request, "*"),
            [var index, "_settings"] => _indices.Settings(request, index),
            [var index] when !index.StartsWith('_') => _indices.Index(request, index),
            _ => throw new ApiException(new ApiError(400, "", $"no handler found for uri [{request.RawPath}] and method [{request.Method}]; if the product has it, the stand-in does not")),
        };
    }

    private ApiAnswer Document(ApiRequest request, string index, string id) => request.Method switch
    {
        "GET" or "HEAD" => _gets.Get(request, index, id),
        "DELETE" => bulk.Single(request, "delete", index, id),
        _ => bulk.Single(request, "index", index, id),
    };
}
