using System.Text;
using Microsoft.AspNetCore.Http;
using Sluice.Components.Receivers.ElasticsearchReceiver.Bulk;

namespace Sluice.Components.Receivers.ElasticsearchReceiver.Http;

/// <summary>What the query of an address says of the documents in the body. What is not named here changes nothing of what a document says.</summary>
/// <param name="Pipeline">The ingest pipeline; empty for none.</param>
/// <param name="Routing">The routing; empty for none.</param>
/// <param name="IsShort">Whether the answer shall hold the status of items alone.</param>
/// <param name="Condition">A condition on what is there already, which nobody can check; null for none.</param>
internal readonly record struct DocumentQuery(string Pipeline, string Routing, bool IsShort, string? Condition)
{
    private static readonly string[] Conditions = ["version", "if_seq_no", "if_primary_term"];

    /// <summary>Reads it.</summary>
    public static DocumentQuery Of(HttpRequest request)
    {
        if (!request.QueryString.HasValue)
        {
            return new("", "", false, null);
        }

        var query = request.Query;
        return new(
            query["pipeline"].ToString(),
            query["routing"].ToString(),
            IsStatusAlone(query["filter_path"].ToString()),
            Conditions.FirstOrDefault(query.ContainsKey));
    }

    /// <summary>Whether a content type is JSON or lines of it, also in the forms that name a version.</summary>
    public static bool IsJson(string? contentType)
    {
        var type = contentType.AsSpan();
        var end = type.IndexOf(';');
        type = (end < 0 ? type : type[..end]).Trim();
        return type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || type.Equals("application/x-ndjson", StringComparison.OrdinalIgnoreCase)
            || type.Equals("application/vnd.elasticsearch+json", StringComparison.OrdinalIgnoreCase)
            || type.Equals("application/vnd.elasticsearch+x-ndjson", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>What the address says for all documents.</summary>
    /// <param name="index">The index in it; empty for none.</param>
    public BulkDefaults Defaults(string index) => new(Bytes(index), Bytes(Pipeline), Bytes(Routing));

    /// <summary>Beats and Logstash ask for nothing but statuses and errors, which makes the answer a tenth as long.</summary>
    private static bool IsStatusAlone(string filter) =>
        filter.Length > 0 && filter.Split(',').All(path => path is "took" or "errors" or "items.*.error" or "items.*.status");

    private static byte[] Bytes(string text) => text.Length == 0 ? [] : Encoding.UTF8.GetBytes(text);
}
