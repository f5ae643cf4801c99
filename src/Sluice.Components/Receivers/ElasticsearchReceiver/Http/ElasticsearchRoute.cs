using Microsoft.AspNetCore.Http;

namespace Sluice.Components.Receivers.ElasticsearchReceiver.Http;

/// <summary>What an address of the API means.</summary>
/// <param name="Call">What is asked for.</param>
/// <param name="Page">What to answer, for <see cref="ElasticsearchCall.Information"/>.</param>
/// <param name="Index">The index in the address; empty for none.</param>
/// <param name="Id">The id in the address; null for none.</param>
/// <param name="IsCreate">Whether there must be no document of that id.</param>
internal readonly record struct ElasticsearchRoute(ElasticsearchCall Call, ElasticsearchPage Page = default, string Index = "", string? Id = null, bool IsCreate = false)
{
    /// <summary>How clients call all indices together, as when they ask for a refresh.</summary>
    private const string AllIndices = "_all";

    /// <summary>What clients set up, by the first part of the address. Nothing of it is kept.</summary>
    private static readonly HashSet<string> SetUp =
    [
        "_template", "_index_template", "_component_template", "_ilm", "_slm", "_ingest", "_data_stream", "_alias", "_aliases", "_scripts", "_plugins",
        "_opendistro", "_enrich", "_security",
    ];

    /// <summary>The same below an index.</summary>
    private static readonly HashSet<string> SetUpOfIndex = ["_alias", "_aliases", "_mapping", "_mappings", "_settings", "_ilm"];

    /// <summary>Reads an address.</summary>
    /// <param name="path">Decoded.</param>
    public static ElasticsearchRoute Of(PathString path)
    {
        var parts = (path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 0)
        {
            return new(ElasticsearchCall.Information, ElasticsearchPage.Root);
        }

        return parts[0].StartsWith('_') && parts[0] != AllIndices ? OfServer(parts) : OfIndex(parts);
    }

    private static ElasticsearchRoute OfServer(string[] parts) => parts switch
    {
        ["_bulk"] => new(ElasticsearchCall.Bulk),
        ["_license"] => new(ElasticsearchCall.Information, ElasticsearchPage.License),
        ["_xpack"] => new(ElasticsearchCall.Information, ElasticsearchPage.Features),
        ["_cluster", "health", ..] => new(ElasticsearchCall.Information, ElasticsearchPage.Health),
        ["_cat", "health"] => new(ElasticsearchCall.Information, ElasticsearchPage.HealthText),
        ["_nodes", ..] => new(ElasticsearchCall.Information, ElasticsearchPage.Nodes),
        ["_refresh"] or ["_flush"] => new(ElasticsearchCall.Information, ElasticsearchPage.Shards),
        [var first, ..] when SetUp.Contains(first) => new(ElasticsearchCall.Setup),
        _ => new(ElasticsearchCall.Other),
    };

    private static ElasticsearchRoute OfIndex(string[] parts) => parts switch
    {
        [var index] => new(ElasticsearchCall.Setup, default, index),
        [var index, "_bulk"] => new(ElasticsearchCall.Bulk, default, index),

        // Clients of version 7 may name a type, which is a fixed word.
        [var index, "_doc", "_bulk"] => new(ElasticsearchCall.Bulk, default, index),
        [var index, "_doc"] => new(ElasticsearchCall.Document, default, index),
        [var index, "_doc" or "_create", var id] => new(ElasticsearchCall.Document, default, index, id, parts[1] == "_create"),
        [_, "_refresh" or "_flush"] => new(ElasticsearchCall.Information, ElasticsearchPage.Shards),
        [_, var second, ..] when SetUpOfIndex.Contains(second) => new(ElasticsearchCall.Setup),
        _ => new(ElasticsearchCall.Other),
    };
}
