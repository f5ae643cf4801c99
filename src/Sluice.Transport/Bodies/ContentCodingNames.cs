namespace Sluice.Transport.Bodies;

/// <summary>The names of <see cref="ContentCodings"/> in HTTP headers.</summary>
public static class ContentCodingNames
{
    /// <summary>Reads the value of a <c>Content-Encoding</c> header; a missing one means identity.</summary>
    /// <returns><see cref="ContentCodings.None"/> when it is unknown or more than one.</returns>
    public static ContentCodings Parse(string? value)
    {
        var name = value.AsSpan().Trim();
        if (name.IsEmpty || Is(name, "identity"))
        {
            return ContentCodings.Identity;
        }

        if (Is(name, "gzip") || Is(name, "x-gzip"))
        {
            return ContentCodings.Gzip;
        }

        return Is(name, "deflate") || Is(name, "zlib") ? ContentCodings.Zlib : ContentCodings.None;
    }

    /// <summary>The names as <c>Accept-Encoding</c> lists them.</summary>
    public static string Format(ContentCodings codings)
    {
        var names = new List<string>();
        if (codings.HasFlag(ContentCodings.Gzip))
        {
            names.Add("gzip");
        }

        if (codings.HasFlag(ContentCodings.Zlib))
        {
            names.Add("deflate");
        }

        if (codings.HasFlag(ContentCodings.Identity))
        {
            names.Add("identity");
        }

        return string.Join(", ", names);
    }

    private static bool Is(ReadOnlySpan<char> value, string name) => value.Equals(name, StringComparison.OrdinalIgnoreCase);
}
