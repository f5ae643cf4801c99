using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Sluice.Components.Receivers.ElasticsearchReceiver.Bulk;

/// <summary>Reads the lines before documents, as strictly as Elasticsearch: after one that cannot be read nobody knows what the next line is.</summary>
internal static class BulkActionReader
{
    /// <summary>Reads one.</summary>
    /// <param name="line">The line without its end; not blank.</param>
    /// <param name="action">What it says.</param>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    public static string? Read(ReadOnlySpan<byte> line, out BulkAction action)
    {
        action = default;
        if (!Utf8.IsValid(line))
        {
            return "not UTF-8";
        }

        try
        {
            var json = new Utf8JsonReader(line);
            json.Read();
            if (json.TokenType != JsonTokenType.StartObject || !json.Read() || json.TokenType != JsonTokenType.PropertyName)
            {
                return "expected an action such as {\"create\":{}}";
            }

            if (!TryReadOperation(ref json, out action.Operation))
            {
                return $"\"{json.GetString()}\" is not an action: expected create or index";
            }

            json.Read();
            if (json.TokenType != JsonTokenType.StartObject)
            {
                return $"the parameters of the action are {Describe(json.TokenType)}: expected an object, such as {{\"_index\":\"logs\"}}";
            }

            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (ReadParameter(ref json, ref action) is { } fault)
                {
                    return fault;
                }
            }

            json.Read();
            if (json.TokenType != JsonTokenType.EndObject)
            {
                return "expected the end of the line: it holds one action";
            }

            // Anything but white space behind the object makes the reader throw.
            json.Read();
            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return "not valid JSON";
        }
    }

    private static bool TryReadOperation(ref Utf8JsonReader json, out BulkOperation operation)
    {
        if (json.ValueTextEquals("create"u8))
        {
            operation = BulkOperation.Create;
        }
        else if (json.ValueTextEquals("index"u8))
        {
            operation = BulkOperation.Index;
        }
        else if (json.ValueTextEquals("update"u8))
        {
            operation = BulkOperation.Update;
        }
        else
        {
            operation = BulkOperation.Delete;
            return json.ValueTextEquals("delete"u8);
        }

        return true;
    }

    private static string? ReadParameter(ref Utf8JsonReader json, ref BulkAction action)
    {
        if (json.ValueTextEquals("_index"u8))
        {
            return ReadText(ref json, "_index", ref action, out action.Index);
        }

        if (json.ValueTextEquals("_id"u8))
        {
            var fault = ReadText(ref json, "_id", ref action, out action.Id);
            action.HasEmptyId = fault is null && action.Id.Length == 0 && json.TokenType != JsonTokenType.Null;
            return fault;
        }

        if (json.ValueTextEquals("pipeline"u8))
        {
            return ReadText(ref json, "pipeline", ref action, out action.Pipeline);
        }

        if (json.ValueTextEquals("routing"u8) || json.ValueTextEquals("_routing"u8))
        {
            return ReadText(ref json, "routing", ref action, out action.Routing);
        }

        if (json.ValueTextEquals("version"u8) || json.ValueTextEquals("if_seq_no"u8) || json.ValueTextEquals("if_primary_term"u8))
        {
            action.Condition = json.GetString();
            json.Read();
            return json.TokenType is JsonTokenType.Number or JsonTokenType.String ? null : $"{action.Condition} is {Describe(json.TokenType)}: expected a number";
        }

        if (json.ValueTextEquals("op_type"u8))
        {
            json.Read();
            if (json.TokenType != JsonTokenType.String || (!json.ValueTextEquals("create"u8) && !json.ValueTextEquals("index"u8)))
            {
                return "op_type: expected create or index";
            }

            action.Operation = json.ValueTextEquals("create"u8) ? BulkOperation.Create : action.Operation;
            return null;
        }

        if (!IsWithoutMeaning(ref json))
        {
            return $"unknown parameter \"{json.GetString()}\"";
        }

        json.Read();
        json.Skip();
        return null;
    }

    /// <summary>Parameters of how documents are stored: they change nothing of what a document says.</summary>
    private static bool IsWithoutMeaning(ref Utf8JsonReader json) =>
        json.ValueTextEquals("_type"u8) || json.ValueTextEquals("require_alias"u8) || json.ValueTextEquals("require_data_stream"u8)
        || json.ValueTextEquals("dynamic_templates"u8) || json.ValueTextEquals("list_executed_pipelines"u8) || json.ValueTextEquals("version_type"u8)
        || json.ValueTextEquals("retry_on_conflict"u8) || json.ValueTextEquals("_retry_on_conflict"u8) || json.ValueTextEquals("_source"u8);

    private static string? ReadText(ref Utf8JsonReader json, string name, ref BulkAction action, out LineRange text)
    {
        json.Read();
        text = json.TokenType switch
        {
            JsonTokenType.String => new LineRange((int)json.TokenStartIndex + 1, json.ValueSpan.Length),
            JsonTokenType.Number => new LineRange((int)json.TokenStartIndex, json.ValueSpan.Length),
            _ => default,
        };
        if (json.TokenType == JsonTokenType.String && json.ValueIsEscaped)
        {
            // Half of a surrogate pair shows here rather than in the middle of a record.
            _ = json.GetString();
            action.IsEscaped = true;
        }

        return json.TokenType is JsonTokenType.String or JsonTokenType.Number or JsonTokenType.Null
            ? null
            : $"{name} is {Describe(json.TokenType)}: expected text";
    }

    private static string Describe(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "text",
        JsonTokenType.Number => "a number",
        JsonTokenType.Null => "null",
        _ => "true or false",
    };

    /// <summary>Undoes the escapes of text that <see cref="Read"/> accepted.</summary>
    public static byte[] Unescape(ReadOnlySpan<byte> text)
    {
        var quoted = new byte[text.Length + 2];
        quoted[0] = quoted[^1] = (byte)'"';
        text.CopyTo(quoted.AsSpan(1));
        var json = new Utf8JsonReader(quoted);
        json.Read();
        return Encoding.UTF8.GetBytes(json.GetString()!);
    }
}
