using System.Text.Json;

namespace Sluice.Configuration;

/// <summary>Writes values of the configuration as JSON, typed as the YAML 1.2 core schema types them.</summary>
public static class JsonValueWriter
{
    /// <summary>Writes what a piece of YAML says, such as the text of a default.</summary>
    /// <exception cref="ArgumentException">It is not YAML.</exception>
    public static void Write(Utf8JsonWriter writer, string yaml)
    {
        var bag = new DiagnosticBag();
        var node = YamlTreeReader.Read("value", yaml, bag, new LoadLimits());
        Write(writer, node ?? throw new ArgumentException($"The text is not YAML: {DiagnosticFormatter.Format(bag)}", nameof(yaml)));
    }

    /// <summary>Writes a node and everything below it.</summary>
    public static void Write(Utf8JsonWriter writer, ConfigNode node)
    {
        switch (node)
        {
            case ConfigMap map:
                writer.WriteStartObject();
                foreach (var entry in map.Entries)
                {
                    writer.WritePropertyName(entry.Key);
                    Write(writer, entry.Value);
                }

                writer.WriteEndObject();
                break;
            case ConfigList list:
                writer.WriteStartArray();
                foreach (var item in list.Items)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case ConfigScalar scalar:
                Write(writer, scalar);
                break;
        }
    }

    private static void Write(Utf8JsonWriter writer, ConfigScalar scalar)
    {
        switch (scalar.Kind)
        {
            case ScalarKind.Null:
                writer.WriteNullValue();
                break;
            case ScalarKind.Bool:
                writer.WriteBooleanValue(scalar.AsBool);
                break;
            case ScalarKind.Int when scalar.TryGetInteger(out var integer):
                writer.WriteNumberValue(integer);
                break;
            case ScalarKind.Int or ScalarKind.Float when double.IsFinite(scalar.AsDouble):
                writer.WriteNumberValue(scalar.AsDouble);
                break;
            default:
                // JSON has no infinities, so they stay the text they were written as.
                writer.WriteStringValue(scalar.Text);
                break;
        }
    }
}
