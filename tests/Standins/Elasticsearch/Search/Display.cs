using System.Net;
using System.Text.Json.Nodes;
using Sluice.Standins.Elasticsearch.Mapping;

namespace Sluice.Standins.Elasticsearch.Search;

/// <summary>Values as answers show them.</summary>
internal static class Display
{
    public static JsonNode Of(LeafField field, object value) => (field.Kind, value) switch
    {
        (FieldKind.Date, Int128 nanos) => DateFormat.Write(nanos),
        (FieldKind.DateNanos, Int128 nanos) => DateFormat.Write(nanos, allDigits: true),
        (FieldKind.Ip, string hexadecimal) => Address(hexadecimal),
        (_, Int128 number) => number <= long.MaxValue ? (long)number : (ulong)number,
        (_, double number) => number,
        (_, bool flag) => flag,
        _ => (string)value,
    };

    public static string Address(string hexadecimal)
    {
        var address = new IPAddress(Convert.FromHexString(hexadecimal));
        return (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
    }
}
