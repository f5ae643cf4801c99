using System.Runtime.CompilerServices;

namespace Sluice.Telemetry.Encoders.Elasticsearch;

/// <summary>
/// The attributes <c>geo.location.lon</c> and <c>geo.location.lat</c>, also behind a prefix and a dot: where both are doubles they are one
/// field <c>geo.location</c>, which Elasticsearch reads as a point.
/// </summary>
internal static class GeoPoint
{
    private const int LongestKey = 512;

    private static ReadOnlySpan<byte> Longitude => "geo.location.lon"u8;

    private static ReadOnlySpan<byte> Latitude => "geo.location.lat"u8;

    /// <summary>Whether a key may be one of the two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsPart(ReadOnlySpan<byte> key) => key.Length >= Longitude.Length && key[^4] == '.' && (key.EndsWith(Longitude) || key.EndsWith(Latitude));

    /// <summary>Writes the point in place of its longitude, and nothing in place of its latitude.</summary>
    /// <param name="json">Where it is written.</param>
    /// <param name="message">The message that has the attributes.</param>
    /// <param name="field">In which field.</param>
    /// <param name="part">One of the two.</param>
    /// <returns>False when it is no part of a point, and is to be written like any other attribute.</returns>
    public static bool TryWrite(ref JsonOutput json, ReadOnlySpan<byte> message, int field, Attribute part)
    {
        var key = part.Key;
        var prefix = key.Length - Longitude.Length;
        if (part.Value.Kind != AnyValueKind.Double || key.Length > LongestKey || (prefix > 0 && key[prefix - 1] != '.'))
        {
            return false;
        }

        Span<byte> other = stackalloc byte[LongestKey];
        key.CopyTo(other);
        var isLongitude = key.EndsWith(Longitude);
        (isLongitude ? Latitude : Longitude).CopyTo(other[prefix..]);
        if (!AttributeEnumerator.TryFind(message, field, other[..key.Length], out var value) || value.Kind != AnyValueKind.Double)
        {
            return false;
        }

        if (isLongitude)
        {
            json.Key(key[..^".lon".Length]);
            json.BeginArray();
            json.Number(part.Value.Double);
            json.Number(value.Double);
            json.EndArray();
        }

        return true;
    }
}
