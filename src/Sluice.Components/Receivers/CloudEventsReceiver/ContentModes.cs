using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Sluice.Components.Receivers.CloudEventsReceiver;

/// <summary>Tells content modes by the media type (HTTP protocol binding, 3).</summary>
internal static class ContentModes
{
    /// <summary>What the headers of attributes begin with.</summary>
    public const string HeaderPrefix = "ce-";

    private const string Family = "application/cloudevents";

    /// <summary>The mode of a request. Of formats there is JSON, in UTF-8 (RFC 8259, 8.1).</summary>
    public static ContentMode Of(HttpRequest request)
    {
        var text = request.ContentType ?? "";
        if (!text.StartsWith(Family, StringComparison.OrdinalIgnoreCase))
        {
            return HasAttributes(request.Headers) ? ContentMode.Binary : ContentMode.Unsupported;
        }

        if (!MediaTypeHeaderValue.TryParse(text, out var type)
            || (type.Charset.HasValue && !HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase)))
        {
            return ContentMode.Unsupported;
        }

        if (type.MediaType.Equals(Family + "+json", StringComparison.OrdinalIgnoreCase))
        {
            return ContentMode.Structured;
        }

        return type.MediaType.Equals(Family + "-batch+json", StringComparison.OrdinalIgnoreCase) ? ContentMode.Batched : ContentMode.Unsupported;
    }

    private static bool HasAttributes(IHeaderDictionary headers)
    {
        foreach (var header in headers)
        {
            if (header.Key.StartsWith(HeaderPrefix, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
