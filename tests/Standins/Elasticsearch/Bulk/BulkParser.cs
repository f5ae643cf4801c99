using System.Globalization;
using System.Text;
using System.Text.Json;
using Sluice.Standins.Elasticsearch.Http;

namespace Sluice.Standins.Elasticsearch.Bulk;

/// <summary>Reads bodies of bulk requests. Whatever is wrong with a line of action fails the whole request, as in the product.</summary>
internal sealed class BulkParser(StandinVersion version, string? defaultIndex, string? defaultRouting, string? defaultPipeline, bool defaultRequireAlias, bool defaultRequireDataStream)
{
    private const int LongestId = 512;

    private readonly List<BulkOperation> _operations = [];
    private readonly List<string> _invalid = [];

    /// <summary>Reads all operations.</summary>
    /// <exception cref="ApiException">The body cannot be understood, or an operation lacks what it needs.</exception>
    public IReadOnlyList<BulkOperation> Parse(ReadOnlyMemory<byte> body)
    {
        if (body.Length == 0)
        {
            throw new ApiException(new ApiError(400, "parse_exception", "request body is required"));
        }

        var line = 0;
        while (TryTakeLine(ref body, out var action))
        {
            line++;
            if (action.Span.Trim(" \t\r"u8).IsEmpty)
            {
                continue;
            }

            var parsed = ParseAction(action, line);
            var lineOfAction = line;
            var source = ReadOnlyMemory<byte>.Empty;
            if (parsed.Name != "delete")
            {
                if (!TryTakeLine(ref body, out source))
                {
                    // The product leaves out an action whose source is missing.
                    break;
                }

                line++;
            }

            Add(parsed.Name, parsed.Parameters, lineOfAction, source);
        }

        if (_operations.Count == 0)
        {
            _invalid.Add("no requests added");
        }

        return _invalid.Count == 0
            ? _operations
            : throw new ApiException(new ApiError(
                400, "action_request_validation_exception",
                "Validation Failed: " + string.Concat(_invalid.Select((text, i) => string.Create(CultureInfo.InvariantCulture, $"{i + 1}: {text};")))));
    }

    private static bool TryTakeLine(ref ReadOnlyMemory<byte> body, out ReadOnlyMemory<byte> line)
    {
        line = default;
        if (body.Length == 0)
        {
            return false;
        }

        var end = body.Span.IndexOf((byte)'\n');
        if (end < 0)
        {
            throw ApiException.IllegalArgument("The bulk request must be terminated by a newline [\\n]");
        }

        line = body[..end];
        body = body[(end + 1)..];
        line = line.Length > 0 && line.Span[^1] == '\r' ? line[..^1] : line;
        return true;
    }

    private static (string Name, JsonElement Parameters) ParseAction(ReadOnlyMemory<byte> text, int line)
    {
        JsonElement json;
        try
        {
            json = JsonElement.Parse(text.Span);
        }
        catch (JsonException exception)
        {
            throw new ApiException(new ApiError(400, "x_content_parse_exception", exception.Message));
        }

        if (json.ValueKind != JsonValueKind.Object)
        {
            throw Malformed(line, $"expected START_OBJECT but found [{Token(json)}]");
        }

        var properties = json.EnumerateObject().ToArray();
        if (properties.Length == 0)
        {
            throw Malformed(line, "expected FIELD_NAME but found [END_OBJECT]");
        }

        var (name, parameters) = (properties[0].Name, properties[0].Value);
        if (name is not ("index" or "create" or "update" or "delete"))
        {
            throw Malformed(line, $"expected field [create], [delete], [index] or [update] but found [{name}]");
        }

        if (parameters.ValueKind != JsonValueKind.Object)
        {
            throw Malformed(line, $"expected START_OBJECT or END_OBJECT but found [{Token(parameters)}]");
        }

        return properties.Length == 1 ? (name, parameters) : throw Malformed(line, "expected END_OBJECT but found [FIELD_NAME]");
    }

    private void Add(string action, JsonElement parameters, int line, ReadOnlyMemory<byte> source)
    {
        string? index = defaultIndex, id = null, routing = defaultRouting, pipeline = defaultPipeline, type = null;
        bool requireAlias = defaultRequireAlias, requireStream = defaultRequireDataStream;
        long? sequenceNumber = null, primaryTerm = null;
        Dictionary<string, string>? templates = null;
        foreach (var property in parameters.EnumerateObject())
        {
            var value = property.Value;
            if (value.ValueKind is JsonValueKind.Array || (value.ValueKind == JsonValueKind.Object && property.Name is not ("dynamic_templates" or "_source")))
            {
                throw Malformed(line, $"expected a simple value for field [{property.Name}] but found [{Token(value)}]");
            }

            switch (property.Name)
            {
                case "_index":
                    index = value.ToString();
                    break;
                case "_id":
                    id = value.ValueKind == JsonValueKind.Null ? null : value.ToString();
                    break;
                case "_type" when version.IsSeven:
                    break;
                case "routing" or "_routing" when property.Name == "routing" || version.IsSeven:
                    routing = value.ToString();
                    break;
                case "op_type":
                    type = value.GetString();
                    break;
                case "pipeline":
                    pipeline = value.GetString();
                    break;
                case "require_alias":
                    requireAlias = value.GetBoolean();
                    break;
                case "require_data_stream" when !version.IsOpenSearch && version.Number >= new Version(8, 13):
                    requireStream = value.GetBoolean();
                    break;
                case "if_seq_no":
                    sequenceNumber = value.GetInt64();
                    break;
                case "if_primary_term":
                    primaryTerm = value.GetInt64();
                    break;
                case "dynamic_templates" when !version.IsOpenSearch && version.Number >= new Version(7, 13):
                    templates = value.EnumerateObject().ToDictionary(template => template.Name, template => template.Value.GetString()!, StringComparer.Ordinal);
                    break;
                case "list_executed_pipelines" or "retry_on_conflict" or "_source":
                    break;
                case "version" or "version_type":
                    throw ApiException.NotModelled("versions that clients give");
                default:
                    throw ApiException.IllegalArgument($"Action/metadata line [{line}] contains an unknown parameter [{property.Name}]");
            }
        }

        Validate(action, index, id, sequenceNumber, primaryTerm);
        _operations.Add(new BulkOperation
        {
            Action = action == "index" && type == "create" ? "create" : action,
            Index = index ?? "",
            Id = id,
            Routing = routing,
            Pipeline = pipeline,
            RequireAlias = requireAlias,
            RequireDataStream = requireStream,
            IfSequenceNumber = sequenceNumber,
            IfPrimaryTerm = primaryTerm,
            DynamicTemplates = templates,
            Source = source,
        });
    }

    private void Validate(string action, string? index, string? id, long? sequenceNumber, long? primaryTerm)
    {
        if (string.IsNullOrEmpty(index))
        {
            _invalid.Add("index is missing");
        }

        if (action is "update" or "delete" && string.IsNullOrEmpty(id))
        {
            _invalid.Add("id is missing");
        }

        if (id is not null && Encoding.UTF8.GetByteCount(id) > LongestId)
        {
            _invalid.Add($"id [{id}] is too long, must be no longer than {LongestId} bytes but was: {Encoding.UTF8.GetByteCount(id)}");
        }

        if (sequenceNumber is null != primaryTerm is null)
        {
            _invalid.Add(primaryTerm is null ? "ifSeqNo is set, but primary term is [0]" : "ifSeqNo is unassigned, but primary term is [" + primaryTerm + "]");
        }

        if (action == "create" && sequenceNumber is not null)
        {
            _invalid.Add("create operations do not support compare and set. use index instead");
        }
    }

    private static ApiException Malformed(int line, string what) => ApiException.IllegalArgument($"Malformed action/metadata line [{line}], {what}");

    private static string Token(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => "START_OBJECT",
        JsonValueKind.Array => "START_ARRAY",
        JsonValueKind.String => "VALUE_STRING",
        JsonValueKind.Number => "VALUE_NUMBER",
        JsonValueKind.Null => "VALUE_NULL",
        _ => "VALUE_BOOLEAN",
    };
}
