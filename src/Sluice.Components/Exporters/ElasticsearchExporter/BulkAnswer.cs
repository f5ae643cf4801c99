using System.Text.Json;
using Sluice.Components.Exporters.Otlp;

namespace Sluice.Components.Exporters.ElasticsearchExporter;

/// <summary>What became of one document.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Error">What was said of it; null when it is stored.</param>
/// <param name="IsInFailureStore">It could not be stored where it should go, and is kept in the failure store of the data stream.</param>
internal readonly record struct ItemAnswer(int Status, string? Error, bool IsInFailureStore);

/// <summary>Reads answers to bulk requests. Allocates only for documents that were refused.</summary>
internal static class BulkAnswer
{
    /// <summary>What of an answer is needed, as the parameter <c>filter_path</c>.</summary>
    public const string Filter = "errors,items.*.status,items.*.failure_store,items.*.error.type,items.*.error.reason,items.*.error.caused_by.reason";

    /// <summary>Reads the answer for each document.</summary>
    /// <param name="json">The body of the answer.</param>
    /// <param name="items">Gets them, in the order of the request.</param>
    /// <returns>False when it is no such answer.</returns>
    public static bool TryRead(ReadOnlySpan<byte> json, List<ItemAnswer> items)
    {
        items.Clear();
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            var found = false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isItems = reader.ValueTextEquals("items"u8);
                reader.Read();
                if (isItems && reader.TokenType == JsonTokenType.StartArray)
                {
                    found = true;
                    ReadItems(ref reader, items);
                }
                else
                {
                    reader.Skip();
                }
            }

            return found && reader.TokenType == JsonTokenType.EndObject;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void ReadItems(ref Utf8JsonReader reader, List<ItemAnswer> items)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            // One member, named by the action.
            reader.Read();
            reader.Read();
            items.Add(ReadItem(ref reader));
            reader.Read();
        }
    }

    private static ItemAnswer ReadItem(ref Utf8JsonReader reader)
    {
        var status = 0;
        string? error = null;
        var isInFailureStore = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("status"u8))
            {
                reader.Read();
                reader.TryGetInt32(out status);
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                reader.Read();
                error = ReadError(ref reader);
            }
            else if (reader.ValueTextEquals("failure_store"u8))
            {
                reader.Read();
                isInFailureStore = reader.ValueTextEquals("used"u8);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return new ItemAnswer(status, status is >= 200 and < 300 ? null : ExportAnswer.Shorten($"{status} {error}"), isInFailureStore);
    }

    private static string ReadError(ref Utf8JsonReader reader)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var error = document.RootElement;
        if (error.ValueKind != JsonValueKind.Object)
        {
            return error.ToString();
        }

        var cause = error.TryGetProperty("caused_by"u8, out var causedBy) ? Text(causedBy, "reason"u8) : "";
        return $"{Text(error, "type"u8)}: {Text(error, "reason"u8)}" + (cause.Length == 0 ? "" : $" ({cause})");
    }

    private static string Text(JsonElement json, ReadOnlySpan<byte> name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value.ToString() : "";
}
