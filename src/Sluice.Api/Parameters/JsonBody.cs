using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Sluice.Api.Parameters;

/// <summary>The JSON object of a POST, read by name; whatever is unknown or of another type is refused with what would be right.</summary>
internal sealed class JsonBody
{
    private const int MaxLength = 1 << 20;

    private readonly JsonElement _root;
    private readonly DateTimeOffset _now;

    private JsonBody(JsonElement root, DateTimeOffset now)
    {
        _root = root;
        _now = now;
    }

    /// <summary>Reads the body of a request.</summary>
    /// <exception cref="ApiException">It is no JSON object (400), too long (413), or not declared as JSON (415).</exception>
    public static async Task<JsonBody> ReadAsync(HttpRequest request, IReadOnlyList<string> known, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // A page of another site can send forms and plain text without asking, but not this type.
        if (!request.HasJsonContentType())
        {
            throw new ApiException(StatusCodes.Status415UnsupportedMediaType, $"The body is of type \"{request.ContentType}\".", expected: "Content-Type: application/json");
        }

        var bytes = new ArrayBufferWriter<byte>();
        while (await request.Body.ReadAsync(bytes.GetMemory(4096), cancellationToken).ConfigureAwait(false) is var read && read > 0)
        {
            bytes.Advance(read);
            if (bytes.WrittenCount > MaxLength)
            {
                throw new ApiException(StatusCodes.Status413PayloadTooLarge, $"The body is longer than {MaxLength} bytes.", expected: "fewer ids, or a filter");
            }
        }

        return new JsonBody(Parse(bytes.WrittenMemory, known), now);
    }

    /// <summary>A text; null when absent.</summary>
    public string? Text(string name) => Member(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw Not("a text", name, value);

    /// <summary>A text that must be there.</summary>
    public string RequiredText(string name) => Text(name) ?? throw QueryParameters.Bad($"\"{name}\" is missing.", name, $"a JSON object with \"{name}\"");

    /// <summary>A time in nanoseconds since 1970; null when absent.</summary>
    public long? Time(string name)
    {
        if (Member(name) is not { } value)
        {
            return null;
        }

        var text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Number => value.GetRawText(),
            _ => throw Not(TimeParameter.Expected, name, value),
        };
        return TimeParameter.TryParse(text, _now, out var time) ? time : throw QueryParameters.NotA("time", name, text, TimeParameter.Expected);
    }

    /// <summary>True or false; false when absent.</summary>
    public bool Flag(string name) => Member(name) is not { } value ? false
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw Not("true or false", name, value);

    /// <summary>A list of texts; null when absent.</summary>
    public IReadOnlyList<string>? Texts(string name) => Member(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(item => item.GetString()!)]
            : throw Not("a list of texts", name, value);

    private static JsonElement Parse(ReadOnlyMemory<byte> bytes, IReadOnlyList<string> known)
    {
        JsonElement root;
        try
        {
            using var document = JsonDocument.Parse(bytes);
            root = document.RootElement.Clone();
        }
        catch (JsonException error)
        {
            throw new ApiException(StatusCodes.Status400BadRequest, $"The body is no JSON: {error.Message}", expected: "a JSON object");
        }

        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new ApiException(StatusCodes.Status400BadRequest, "The body is no JSON object.", expected: "a JSON object");
        }

        foreach (var member in root.EnumerateObject())
        {
            if (!known.Contains(member.Name, StringComparer.Ordinal))
            {
                throw QueryParameters.Bad($"There is no member \"{member.Name}\" here.", member.Name, $"some of {string.Join(", ", known)}");
            }
        }

        return root;
    }

    private static ApiException Not(string expected, string name, JsonElement value) =>
        QueryParameters.Bad($"\"{name}\" is {value.GetRawText()}.", name, expected);

    private JsonElement? Member(string name) => _root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
