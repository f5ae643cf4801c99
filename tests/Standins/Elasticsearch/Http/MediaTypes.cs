using System.Globalization;

namespace Sluice.Standins.Elasticsearch.Http;

/// <summary>What requests may be made of, and answers: JSON, NDJSON, and both with a compatibility version.</summary>
internal static class MediaTypes
{
    private const string Vendor = "application/vnd.elasticsearch+";

    /// <summary>Checks the headers of a request.</summary>
    /// <returns>The type of the answer.</returns>
    /// <exception cref="ApiException">The product would refuse them.</exception>
    public static string Check(StandinVersion version, string? contentType, string? accept, bool hasBody, bool takesLines)
    {
        var of = contentType is null ? default : Parse(contentType);
        if (hasBody)
        {
            if (contentType is null)
            {
                throw NotAcceptable("Content-Type header is missing");
            }

            if (of.Name is not ("json" or "ndjson" or "x-ndjson") || (of.Name != "json" && !takesLines) || (of.Version is not null && version.IsOpenSearch))
            {
                throw NotAcceptable($"Content-Type header [{contentType}] is not supported");
            }
        }

        // Clients that take anything, or text, get JSON.
        var wanted = accept is null ? default : Parse(accept.Split(',')[0]);
        CheckVersion(version, "Content-Type", contentType, of.Version);
        CheckVersion(version, "Accept", accept, wanted.Version);
        if (hasBody && (of.Version is not null || wanted.Version is not null) && of.Version != wanted.Version && !version.IsOpenSearch)
        {
            throw new ApiException(new ApiError(
                400, "media_type_header_exception",
                $"A compatible version is required on both Content-Type and Accept headers if either one has requested a compatible version and the compatible versions must match. Accept={accept}, Content-Type={contentType}"));
        }

        return wanted.Version is { } compatible
            ? string.Create(CultureInfo.InvariantCulture, $"{Vendor}json;compatible-with={compatible}")
            : version.IsSeven || version.IsOpenSearch ? "application/json; charset=UTF-8" : "application/json";
    }

    private static void CheckVersion(StandinVersion version, string header, string? text, int? compatible)
    {
        if (compatible is { } number && !version.IsOpenSearch && number != version.Major && number != version.Major - 1)
        {
            throw new ApiException(new ApiError(
                400, "media_type_header_exception",
                $"{header} version must be either version {version.Major} or {version.Major - 1}, but found {number}. {header}={text}"));
        }
    }

    /// <summary>The subtype without vendor, and the version asked for.</summary>
    private static (string Name, int? Version) Parse(string text)
    {
        var parts = text.Split(';', StringSplitOptions.TrimEntries);
        var type = parts[0].ToLowerInvariant();
        if (!type.StartsWith(Vendor, StringComparison.Ordinal))
        {
            return (type.StartsWith("application/", StringComparison.Ordinal) ? type["application/".Length..] : type, null);
        }

        var compatible = parts.Skip(1).Select(part => part.Split('=', StringSplitOptions.TrimEntries)).FirstOrDefault(pair => pair.Length == 2 && pair[0] == "compatible-with");
        return (type[Vendor.Length..], compatible is not null && int.TryParse(compatible[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null);
    }

    private static ApiException NotAcceptable(string reason) => new(new ApiError(406, "", reason));
}
