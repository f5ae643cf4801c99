using System.Text.Json;
using System.Text.Json.Serialization;
using Sluice.Journal;

namespace Sluice.Runtime.Replay;

/// <summary>The form in which the journal's table keeps a <see cref="ReplayJob"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    IgnoreReadOnlyProperties = true,
    Converters = [typeof(RecordIdConverter)])]
[JsonSerializable(typeof(ReplayJob))]
internal sealed partial class ReplayJson : JsonSerializerContext
{
    /// <summary>Encodes a job.</summary>
    public static byte[] Encode(ReplayJob job) => JsonSerializer.SerializeToUtf8Bytes(job, Default.ReplayJob);

    /// <summary>Decodes a job.</summary>
    /// <exception cref="JsonException">The bytes are none.</exception>
    public static ReplayJob Decode(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, Default.ReplayJob) ?? throw new JsonException("A replay is null.");

    private sealed class RecordIdConverter : JsonConverter<RecordId>
    {
        public override RecordId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Journal.RecordId.TryParse(reader.GetString(), out var id) ? id : throw new JsonException("A record id has 32 hexadecimal digits.");

        public override void Write(Utf8JsonWriter writer, RecordId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
