using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Sluice.Standins.Elasticsearch.Http;

/// <summary>A request whose body was read and inflated.</summary>
internal sealed class ApiRequest(string method, string path, IQueryCollection query, byte[] body)
{
    public string Method { get; } = method;

    /// <summary>A request that came over no socket.</summary>
    public static ApiRequest Create(string method, string target, byte[] body)
    {
        var question = target.IndexOf('?', StringComparison.Ordinal);
        return question < 0
            ? new ApiRequest(method, target, new QueryCollection(), body)
            : new ApiRequest(method, target[..question], new QueryCollection(QueryHelpers.ParseQuery(target[question..])), body);
    }

    /// <summary>The parts of the path, decoded.</summary>
    public string[] Path { get; } = [.. path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString)];

    public string RawPath { get; } = path;

    public byte[] Body { get; } = body;

    public bool IsGet => Method is "GET";

    public string? Parameter(string name) => query.TryGetValue(name, out var values) ? values.ToString() : null;

    /// <summary>A parameter that is a switch: there without a value is true.</summary>
    public bool Flag(string name, bool otherwise = false) => Parameter(name) switch
    {
        null => otherwise,
        "" or "true" => true,
        "false" => false,
        var other => throw ApiException.IllegalArgument($"Failed to parse value [{other}] as only [true] or [false] are allowed."),
    };

    /// <summary>A parameter that is a whole number.</summary>
    public long? Number(string name) => Parameter(name) is not { } text ? null
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : throw ApiException.IllegalArgument($"Failed to parse int parameter [{name}] with value [{text}]");

    /// <summary>Refuses parameters that the call does not have.</summary>
    public void Allow(params ReadOnlySpan<string> names)
    {
        foreach (var name in query.Keys)
        {
            if (!names.Contains(name) && name is not ("pretty" or "human" or "error_trace" or "filter_path" or "timeout" or "master_timeout"))
            {
                throw ApiException.IllegalArgument($"request [{RawPath}] contains unrecognized parameter: [{name}]");
            }
        }
    }

    /// <summary>The body as an object of JSON.</summary>
    public JsonElement Json()
    {
        if (Body.Length == 0)
        {
            throw new ApiException(new ApiError(400, "parse_exception", "request body is required"));
        }

        var json = Parse(Body);
        return json.ValueKind == JsonValueKind.Object ? json : throw ApiException.Parsing($"Expected [START_OBJECT] but found [{json.ValueKind}]");
    }

    /// <summary>The body as an object of JSON, or an empty one.</summary>
    public JsonElement JsonOrEmpty() => Body.Length == 0 ? Parse("{}"u8.ToArray()) : Json();

    private static JsonElement Parse(byte[] body)
    {
        try
        {
            return JsonElement.Parse(body, new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException exception)
        {
            throw new ApiException(new ApiError(400, "x_content_parse_exception", exception.Message));
        }
    }
}
