using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sluice.Configuration;
using Sluice.Runtime.Contracts;

namespace Sluice.Runtime.Graph;

/// <summary>Writes the JSON Schema (draft 2020-12) of a whole configuration file, with every component of a catalog.</summary>
public static class ConfigurationSchema
{
    /// <summary>The document, indented, ended by a line feed.</summary>
    public static string Write(ComponentCatalog catalog) => JsonSchemaWriter.WriteDocument(writer =>
    {
        writer.WriteString("title", "Configuration of Sluice");
        writer.WriteString("description", "The OpenTelemetry Collector's configuration file, with the components and options of this build.");
        writer.WriteString("type", "object");
        writer.WriteStartObject("properties");
        foreach (var section in OptionCatalog.Describe(typeof(ConfigurationOptions)).Children)
        {
            writer.WritePropertyName(section.Key);
            if (ComponentSections.KindOf(section.Key) is { } kind)
            {
                WriteSection(writer, section.Doc, [.. catalog.All.Where(factory => factory.Kind == kind)]);
            }
            else
            {
                JsonSchemaWriter.Write(writer, WithPipelineNames(section));
            }
        }

        writer.WriteEndObject();
        writer.WriteBoolean("additionalProperties", false);
        writer.WriteStartObject("$defs");
        foreach (var factory in catalog.All)
        {
            writer.WritePropertyName(DefinitionOf(factory));
            JsonSchemaWriter.Write(writer, Describe(factory) with { Doc = factory.Summary });
        }

        writer.WriteEndObject();
    });

    private static void WriteSection(Utf8JsonWriter writer, string doc, IReadOnlyList<IComponentFactory> factories)
    {
        writer.WriteStartObject();
        writer.WriteString("description", doc);
        JsonSchemaWriter.WriteTypesOrPlaceholder(writer, "object", "null");
        writer.WriteStartObject("patternProperties");
        foreach (var factory in factories)
        {
            writer.WriteStartObject(IdPattern(factory.Aliases.Prepend(factory.Type)));
            writer.WriteString("$ref", "#/$defs/" + DefinitionOf(factory));
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteBoolean("additionalProperties", false);
        writer.WriteEndObject();
    }

    private static OptionDescription WithPipelineNames(OptionDescription service) => service with
    {
        Children =
        [
            .. service.Children.Select(child => child.Key == "pipelines"
                ? child with { NamePattern = IdPattern(PipelineSignals.All.Select(PipelineSignals.ToConfigName)) }
                : child),
        ],
    };

    private static string IdPattern(IEnumerable<string> types) => $@"^({string.Join('|', types.Select(Regex.Escape))})(/\S+)?$";

    private static string DefinitionOf(IComponentFactory factory) => $"{factory.Kind.ToString().ToLowerInvariant()}.{factory.Type}";

    [UnconditionalSuppressMessage("Trimming", "IL2072", Justification = "Every options type is rooted by its factory's type argument.")]
    private static OptionDescription Describe(IComponentFactory factory) => OptionCatalog.Describe(factory.OptionsType);
}
