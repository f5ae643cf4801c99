using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sluice.Configuration;

/// <summary>
/// Writes JSON Schema (draft 2020-12) for options, which editors use to complete and check configuration files. Any value may be a
/// placeholder instead; unsupported keys are left out, so that an editor marks them, and secrets are marked as never to be shown.
/// </summary>
public static class JsonSchemaWriter
{
    private const string Placeholder = @"\$\{";
    private const string Duration = @"^[-+]?(0|((\d+(\.\d*)?|\.\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h))+)$";
    private const string Size = @"^\s*\d+(\.\d+)?\s*([KMGTkmgt]?[iI]?[Bb])?\s*$";

    /// <summary>A complete schema document, indented.</summary>
    public static string Write([DynamicallyAccessedMembers(OptionsModel.Reflected)] Type type) =>
        WriteDocument(writer => WriteBody(writer, OptionCatalog.Describe(type)));

    /// <summary>A complete schema document, indented, whose keywords are written by the caller.</summary>
    public static string WriteDocument(Action<Utf8JsonWriter> writeKeywords)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
            writeKeywords(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan) + "\n";
    }

    /// <summary>Writes the types of something that is no scalar, which a placeholder may stand for.</summary>
    /// <param name="writer">Inside the object of the schema.</param>
    /// <param name="types">The names of the types.</param>
    public static void WriteTypesOrPlaceholder(Utf8JsonWriter writer, params ReadOnlySpan<string> types)
    {
        WriteTypes(writer, [.. types, "string"]);

        // Of what is written here, only text can fail to match.
        writer.WriteString("pattern", Placeholder);
    }

    /// <summary>Writes the schema of one option as an object, to be a part of a larger schema.</summary>
    public static void Write(Utf8JsonWriter writer, OptionDescription option)
    {
        writer.WriteStartObject();
        WriteBody(writer, option);
        writer.WriteEndObject();
    }

    private static void WriteBody(Utf8JsonWriter writer, OptionDescription option)
    {
        WriteNotes(writer, option);
        switch (option.Kind)
        {
            case OptionKind.Record:
                WriteRecord(writer, option);
                break;
            case OptionKind.List:
                WriteTypesOrPlaceholder(writer, "array");
                writer.WritePropertyName("items");
                Write(writer, WithRangeOf(option));
                break;
            case OptionKind.Map:
                WriteMap(writer, option);
                break;
            case OptionKind.Any:
                break;
            case OptionKind.Text or OptionKind.Secret or OptionKind.Parsed:
                WriteTypes(writer, "string", "number", "boolean");
                break;
            default:
                WriteScalar(writer, option);
                break;
        }
    }

    private static void WriteMap(Utf8JsonWriter writer, OptionDescription option)
    {
        WriteTypesOrPlaceholder(writer, "object");
        if (option.NamePattern is null)
        {
            writer.WritePropertyName("additionalProperties");
            Write(writer, WithRangeOf(option));
            return;
        }

        writer.WriteStartObject("patternProperties");
        writer.WritePropertyName(option.NamePattern);
        Write(writer, WithRangeOf(option));
        writer.WriteEndObject();
        writer.WriteBoolean("additionalProperties", false);
    }

    private static OptionDescription WithRangeOf(OptionDescription option) => option.Element! with { Min = option.Min, Max = option.Max };

    private static void WriteNotes(Utf8JsonWriter writer, OptionDescription option)
    {
        var notes = option.Class == OptionClass.Ignored ? $"Accepted without effect: {option.Reason}" : option.Doc;
        notes += option.Unit is null ? "" : $" In {option.Unit}.";
        notes += option.DefaultText.Length == 0 ? "" : $" Default: {option.DefaultText}.";
        if (notes.Length > 0)
        {
            writer.WriteString("description", notes.Trim());
        }

        if (option.Class == OptionClass.Ignored)
        {
            // The second keyword is not in the draft: it is what editors show beside the key.
            writer.WriteBoolean("deprecated", true);
            writer.WriteString("deprecationMessage", notes);
        }

        if (option.Kind == OptionKind.Secret)
        {
            writer.WriteBoolean("writeOnly", true);
        }

        if (option.DefaultText.Length > 0 && option.Kind is not (OptionKind.Secret or OptionKind.Any))
        {
            writer.WritePropertyName("default");
            JsonValueWriter.Write(writer, option.DefaultText);
        }

        WriteExamples(writer, option.Kind switch
        {
            OptionKind.Duration => ["300ms", "5s", "1h15m"],
            OptionKind.Size => ["64MiB", "10GB"],
            OptionKind.Secret => ["${env:NAME}"],
            _ => [],
        });
    }

    private static void WriteExamples(Utf8JsonWriter writer, ReadOnlySpan<string> examples)
    {
        if (examples.Length == 0)
        {
            return;
        }

        writer.WriteStartArray("examples");
        foreach (var example in examples)
        {
            writer.WriteStringValue(example);
        }

        writer.WriteEndArray();
    }

    private static void WriteRecord(Utf8JsonWriter writer, OptionDescription option)
    {
        // A key without value means all defaults, unless one of the keys is required.
        var required = option.Children.Where(child => child.IsRequired).ToList();
        WriteTypesOrPlaceholder(writer, required.Count == 0 ? ["object", "null"] : ["object"]);
        if (option.Children.Count == 0)
        {
            return;
        }

        writer.WriteStartObject("properties");
        foreach (var child in option.Children.Where(child => child.Class != OptionClass.Unsupported))
        {
            writer.WritePropertyName(child.Key);
            Write(writer, child);
        }

        writer.WriteEndObject();
        if (required.Count > 0)
        {
            writer.WriteStartArray("required");
            required.ForEach(child => writer.WriteStringValue(child.Key));
            writer.WriteEndArray();
        }

        writer.WriteBoolean("additionalProperties", false);
    }

    private static void WriteScalar(Utf8JsonWriter writer, OptionDescription option)
    {
        writer.WriteStartArray("anyOf");
        writer.WriteStartObject();
        switch (option.Kind)
        {
            case OptionKind.Boolean:
                writer.WriteString("type", "boolean");
                break;
            case OptionKind.Integer or OptionKind.Number:
                writer.WriteString("type", option.Kind == OptionKind.Integer ? "integer" : "number");
                WriteRange(writer, option);
                break;
            case OptionKind.Choice:
                writer.WriteStartArray("enum");
                foreach (var choice in option.Choices.Concat(option.OtherChoices))
                {
                    WriteChoice(writer, choice);
                }

                writer.WriteEndArray();
                if (option.IgnoresCase)
                {
                    // Editors offer the names above, and take this.
                    writer.WriteEndObject();
                    writer.WriteStartObject();
                    WritePattern(writer, $"^({string.Join('|', option.Choices.Select(AnyCase))})$");
                }

                break;
            case OptionKind.Duration:
                WritePattern(writer, Duration);
                writer.WriteEndObject();
                writer.WriteStartObject();
                writer.WriteNumber("const", 0);
                break;
            case OptionKind.Size:
                WritePattern(writer, Size);
                writer.WriteEndObject();
                writer.WriteStartObject();
                writer.WriteString("type", "integer");
                WriteRange(writer, option);
                break;
        }

        writer.WriteEndObject();
        writer.WriteStartObject();
        WritePattern(writer, Placeholder);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    /// <summary>A name in letters of any size, for expressions that have no option for that.</summary>
    private static string AnyCase(string choice) =>
        string.Concat(choice.Select(c => char.IsAsciiLetter(c) ? $"[{char.ToLowerInvariant(c)}{char.ToUpperInvariant(c)}]" : c.ToString()));

    /// <summary>A name such as 1.2 is a number to YAML unless it is quoted, and is taken both ways.</summary>
    private static void WriteChoice(Utf8JsonWriter writer, string choice)
    {
        writer.WriteStringValue(choice);
        if (choice.Length > 0 && CoreSchema.Resolve(choice) is ScalarKind.Bool or ScalarKind.Int or ScalarKind.Float)
        {
            JsonValueWriter.Write(writer, choice);
        }
    }

    private static void WriteRange(Utf8JsonWriter writer, OptionDescription option)
    {
        if (option.Min is { } min)
        {
            writer.WriteNumber("minimum", min);
        }

        if (option.Max is { } max)
        {
            writer.WriteNumber("maximum", max);
        }
    }

    private static void WritePattern(Utf8JsonWriter writer, string pattern)
    {
        writer.WriteString("type", "string");
        writer.WriteString("pattern", pattern);
    }

    private static void WriteTypes(Utf8JsonWriter writer, params ReadOnlySpan<string> types)
    {
        if (types.Length == 1)
        {
            writer.WriteString("type", types[0]);
            return;
        }

        writer.WriteStartArray("type");
        foreach (var type in types)
        {
            writer.WriteStringValue(type);
        }

        writer.WriteEndArray();
    }
}
