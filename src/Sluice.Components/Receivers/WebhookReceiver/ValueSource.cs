using Sluice.Configuration;

namespace Sluice.Components.Receivers.WebhookReceiver;

/// <summary>Where in a request a value stands.</summary>
/// <param name="Kind">In which part.</param>
/// <param name="Name">The name of the header or field, or the path: names and indices, joined by dots.</param>
public readonly record struct ValueSource(ValueSourceKind Kind, string Name) : IParsableOption<ValueSource>
{
    private const string HeaderPrefix = "header:";
    private const string BodyPrefix = "body:";
    private const string FieldPrefix = "field:";

    /// <inheritdoc/>
    public static string TypeName => "place";

    /// <inheritdoc/>
    public static string Expected => "a place such as header:X-Event-Type or body:data.id";

    /// <summary>A header.</summary>
    public static ValueSource Header(string name) => new(ValueSourceKind.Header, name);

    /// <summary>A path into the body.</summary>
    public static ValueSource Body(string path) => new(ValueSourceKind.Body, path);

    /// <summary>A path into the part of the body that the record is made of.</summary>
    public static ValueSource Item(string path) => new(ValueSourceKind.Item, path);

    /// <summary>A field of the header with the signature, as in <c>t=1700000000,v1=…</c>.</summary>
    public static ValueSource Field(string name) => new(ValueSourceKind.Field, name);

    /// <inheritdoc/>
    public static bool TryParse(string text, out ValueSource value, out string problem)
    {
        problem = "";
        value = text switch
        {
            _ when text.StartsWith(HeaderPrefix, StringComparison.Ordinal) => Header(text[HeaderPrefix.Length..]),
            _ when text.StartsWith(BodyPrefix, StringComparison.Ordinal) => Body(text[BodyPrefix.Length..]),
            _ when text.StartsWith(FieldPrefix, StringComparison.Ordinal) => Field(text[FieldPrefix.Length..]),
            _ => default,
        };
        if (value.Name is null)
        {
            return false;
        }

        if (value.Name.Length == 0 || (value.Kind == ValueSourceKind.Header && !Transport.HttpServer.HeaderRules.IsName(value.Name))
            || value.Name.Split('.').Any(string.IsNullOrEmpty))
        {
            problem = "what stands behind the colon is not a name";
            return false;
        }

        return true;
    }

    /// <summary>As it is written.</summary>
    public override string ToString() => Kind switch
    {
        ValueSourceKind.Header => HeaderPrefix + Name,
        ValueSourceKind.Field => FieldPrefix + Name,
        _ => BodyPrefix + Name,
    };
}
