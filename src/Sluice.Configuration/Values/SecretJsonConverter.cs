using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sluice.Configuration;

/// <summary>Writes a secret as its redaction and refuses to read one, so that none travels in JSON by accident.</summary>
internal sealed class SecretJsonConverter : JsonConverter<Secret>
{
    public override Secret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new JsonException("A secret is not read from JSON.");

    public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Secret.Redacted);
}
