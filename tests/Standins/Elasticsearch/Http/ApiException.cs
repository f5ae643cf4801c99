using System.Text.Json.Nodes;

namespace Sluice.Standins.Elasticsearch.Http;

/// <summary>Ends a request, or an item of one, with an error of the API.</summary>
internal sealed class ApiException(ApiError error) : Exception(error.Reason)
{
    public ApiError Error { get; } = error;

    public static ApiException IllegalArgument(string reason) => new(new ApiError(400, "illegal_argument_exception", reason));

    public static ApiException Parsing(string reason) => new(new ApiError(400, "parsing_exception", reason));

    public static ApiException IndexNotFound(string name, string suffix = "") => new(new ApiError(404, "index_not_found_exception", $"no such index [{name}]{suffix}")
    {
        Metadata = new JsonObject { ["resource.type"] = "index_or_alias", ["resource.id"] = name, ["index_uuid"] = "_na_", ["index"] = name },
    });

    /// <summary>The real one can do it, and the stand-in does not: never taken for an answer of the real one.</summary>
    public static ApiException NotModelled(string what) => new(new ApiError(501, "standin_exception", $"the stand-in does not model {what}"));
}
