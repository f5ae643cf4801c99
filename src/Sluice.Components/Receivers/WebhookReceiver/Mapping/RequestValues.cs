using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Sluice.Components.Receivers.WebhookReceiver.Mapping;

/// <summary>The values found in a request. Owns nothing.</summary>
internal readonly ref struct RequestValues(
    IHeaderDictionary headers, ReadOnlySpan<byte> body, ReadOnlySpan<JsonRange> inBody, ReadOnlySpan<byte> item, ReadOnlySpan<JsonRange> inItem)
{
    private readonly ReadOnlySpan<byte> _body = body;
    private readonly ReadOnlySpan<JsonRange> _inBody = inBody;
    private readonly ReadOnlySpan<byte> _item = item;
    private readonly ReadOnlySpan<JsonRange> _inItem = inItem;

    /// <summary>The JSON of a value in the body; empty when it is absent, null or an empty text.</summary>
    public ReadOnlySpan<byte> Json(in CompiledSource source)
    {
        var isItem = source.Source.Kind == ValueSourceKind.Item;
        var ranges = isItem ? _inItem : _inBody;
        if (source.Slot < 0 || !ranges[source.Slot].Exists)
        {
            return [];
        }

        var json = ranges[source.Slot].In(isItem ? _item : _body);
        return json is [(byte)'n', ..] or [(byte)'"', (byte)'"'] ? [] : json;
    }

    /// <summary>The value of a header; null when it is absent or empty.</summary>
    public string? Header(in CompiledSource source) =>
        source.Source.Kind == ValueSourceKind.Header && headers[source.Source.Name] is [{ Length: > 0 } value, ..] ? value : null;

    /// <summary>A value as text: short ones that records are named and known by.</summary>
    /// <returns>Null when it is absent, or an object or array.</returns>
    public string? Text(in CompiledSource source)
    {
        if (Header(source) is { } header)
        {
            return header;
        }

        var json = Json(source);
        switch (json)
        {
            case [] or [(byte)'{', ..] or [(byte)'[', ..]:
                return null;
            case [(byte)'"', ..]:
                var reader = new Utf8JsonReader(json);
                reader.Read();
                return reader.GetString();
            default:
                return Encoding.UTF8.GetString(json);
        }
    }

    /// <summary>The first value that is there.</summary>
    public string? FirstText(CompiledSource[] sources)
    {
        foreach (var source in sources)
        {
            if (Text(source) is { } text)
            {
                return text;
            }
        }

        return null;
    }
}
