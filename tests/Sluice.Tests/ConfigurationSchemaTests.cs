using System.Buffers;
using System.Text.Json;
using Sluice.Configuration;
using Sluice.Runtime.Graph;
using Sluice.Testing;
using Sluice.Tests.Support;

namespace Sluice.Tests;

/// <summary>Holds the schema that <c>sluice schema</c> prints against the configurations that Sluice takes and refuses.</summary>
public sealed class ConfigurationSchemaTests
{
    private static readonly JsonDocument Schema = JsonDocument.Parse(ConfigurationSchema.Write(BuiltIn.Components));

    [Fact]
    public void The_schema_in_the_repository_is_the_one_of_this_build() =>
        GoldenFile.Check("config/sluice.schema.json", ConfigurationSchema.Write(BuiltIn.Components));

    [Fact]
    public void Every_component_has_a_definition_that_its_section_refers_to()
    {
        var root = Schema.RootElement;
        foreach (var factory in BuiltIn.Components.All)
        {
            var name = $"{ComponentSections.NameOf(factory.Kind)}.{factory.Type}";
            Assert.True(root.GetProperty("$defs").TryGetProperty(name, out _), $"{name} is missing");
            var section = root.GetProperty("properties").GetProperty(ComponentSections.All.Single(s => s.Kind == factory.Kind).Section);
            Assert.Contains(section.GetProperty("patternProperties").EnumerateObject(), pattern => pattern.Value.GetProperty("$ref").GetString() == "#/$defs/" + name);
        }
    }

    [Fact]
    public void The_default_configuration_is_valid() =>
        Assert.Empty(Validate(File.ReadAllText(GoldenFile.PathOf("config/default.yaml"))));

    [Theory]
    [InlineData("{receivers: {otlp: {protocols: {grpc: , http: {endpoint: 0.0.0.0:4318}}}}}")]
    [InlineData("{receivers: {otlp/2: {protocols: {http: {max_request_body_size: 10MiB, read_timeout: 0}}}}, exporters: {otlphttp/a-b.c: {endpoint: 'http://a:1'}}}")]
    [InlineData("{exporters: {otlp: {endpoint: a:4317, tls: {min_version: 1.2, cert_file: a.pem}, timeout: 1m30s, sending_queue: {queue_size: 5}}}}")]
    [InlineData("{exporters: {file: {path: a, rotation: }}, service: {pipelines: {logs/in: {receivers: [otlp], exporters: [file]}, events: , traces: , metrics/2: }}}")]
    [InlineData("{receivers: '${file:receivers.yaml}', service: {pipelines: {logs: {receivers: ['${env:IN}'], exporters: '${file:out.yaml}'}}, shutdown_timeout: '${env:T:-30s}'}}")]
    public void What_is_right_is_valid(string yaml) => Assert.Empty(Validate(yaml));

    [Theory]
    [InlineData("{reciever: }", "::reciever: is not allowed")]
    [InlineData("{receivers: {kafuka: }}", "::receivers::kafuka: is not allowed")]
    [InlineData("{receivers: {'otlp/': }}", "::receivers::otlp/: is not allowed")]
    [InlineData("{receivers: {otlp: {protocols: {http: {endpoit: a}}}}}", "::receivers::otlp::protocols::http::endpoit: is not allowed")]
    [InlineData("{receivers: {otlp: {}}}", "::receivers::otlp: protocols is missing")]
    [InlineData("{exporters: {file: {path: a, format: xml}}}", "::exporters::file::format: \"xml\" fits no choice")]
    [InlineData("{exporters: {file: {path: a, sending_queue: {num_consumers: 0}}}}", "::exporters::file::sending_queue::num_consumers: 0 fits no choice")]
    [InlineData("{service: {shutdown_timeout: soon}}", "::service::shutdown_timeout: \"soon\" fits no choice")]
    [InlineData("{service: {pipelines: {profiles: }}}", "::service::pipelines::profiles: is not allowed")]
    [InlineData("{service: {pipelines: [logs]}}", "::service::pipelines: [\"logs\"] is not of type")]
    [InlineData("{exporters: {otlp_http: {endpoint: 'http://a', auth2: x}}}", "::exporters::otlp_http::auth2: is not allowed")]
    public void What_is_wrong_is_marked_where_it_is(string yaml, string fault) =>
        Assert.StartsWith(fault, Assert.Single(Validate(yaml)), StringComparison.Ordinal);

    [Fact]
    public void Secrets_choices_durations_and_defaults_are_told()
    {
        var exporter = Schema.RootElement.GetProperty("$defs").GetProperty("exporter.otlp_http").GetProperty("properties");

        Assert.True(exporter.GetProperty("tls").GetProperty("properties").GetProperty("key_pem").GetProperty("writeOnly").GetBoolean());
        Assert.Equal("30s", exporter.GetProperty("timeout").GetProperty("default").GetString());
        Assert.Contains("no limit", exporter.GetProperty("timeout").GetProperty("description").GetString()!, StringComparison.Ordinal);
        Assert.Contains(exporter.GetProperty("encoding").GetProperty("anyOf")[0].GetProperty("enum").EnumerateArray(), choice => choice.GetString() == "json");
        Assert.True(exporter.GetProperty("write_buffer_size").GetProperty("deprecated").GetBoolean());
        Assert.False(exporter.TryGetProperty("middlewares", out _));
        Assert.Equal(10, exporter.GetProperty("sending_queue").GetProperty("properties").GetProperty("num_consumers").GetProperty("default").GetInt32());
    }

    /// <summary>Checks a configuration before substitution.</summary>
    internal static IReadOnlyList<string> Validate(string yaml)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            JsonValueWriter.Write(writer, yaml);
        }

        using var instance = JsonDocument.Parse(bytes.WrittenMemory);
        return new SchemaValidator(Schema.RootElement).Validate(instance.RootElement);
    }
}
