using System.Text.Json.Nodes;

namespace Sluice.Telemetry.Tests.Encoders;

/// <summary>The validator that other tests rely on must itself be able to say no.</summary>
public sealed class JsonSchemaTests
{
    [Theory]
    [InlineData("""{"type":"string"}""", "\"a\"", "1")]
    [InlineData("""{"type":"integer"}""", "1.0", "1.5")]
    [InlineData("""{"type":"number"}""", "1e300", "\"1\"")]
    [InlineData("""{"type":"boolean"}""", "false", "null")]
    [InlineData("""{"type":["null","array"]}""", "null", "{}")]
    [InlineData("""{"type":"object"}""", "{}", "[]")]
    [InlineData("""{"const":"log"}""", "\"log\"", "\"Log\"")]
    [InlineData("""{"enum":["ok",1]}""", "1", "2")]
    [InlineData("""{"pattern":"^[0-9a-f]{2}$"}""", "\"0f\"", "\"0F\"")]
    [InlineData("""{"pattern":"^a$"}""", "1", "\"b\"")]
    [InlineData("""{"minLength":1}""", "\"a\"", "\"\"")]
    [InlineData("""{"minimum":1,"maximum":18446744073709551615}""", "18446744073709551615", "18446744073709551616")]
    [InlineData("""{"minimum":1}""", "1", "0")]
    [InlineData("""{"exclusiveMinimum":0}""", "0.1", "0")]
    [InlineData("""{"minItems":1,"items":{"type":"string"}}""", "[\"a\"]", "[]")]
    [InlineData("""{"items":{"type":"string"}}""", "[]", "[\"a\",1]")]
    [InlineData("""{"minProperties":1}""", "{\"a\":1}", "{}")]
    [InlineData("""{"required":["a"]}""", "{\"a\":null}", "{\"b\":1}")]
    [InlineData("""{"properties":{"a":{"type":"string"}}}""", "{\"b\":1}", "{\"a\":1}")]
    [InlineData("""{"properties":{"a":true},"additionalProperties":false}""", "{\"a\":1}", "{\"b\":1}")]
    [InlineData("""{"additionalProperties":{"type":"string"}}""", "{\"b\":\"x\"}", "{\"b\":1}")]
    [InlineData("""{"oneOf":[{"type":"string"},{"minLength":1}]}""", "\"\"", "\"a\"")]
    [InlineData("""{"oneOf":[{"type":"string"},{"type":"number"}]}""", "1", "null")]
    [InlineData("""{"$ref":"#/$defs/a","$defs":{"a":{"const":1}}}""", "1", "2")]
    public void Each_keyword_accepts_and_refuses(string schema, string valid, string invalid)
    {
        var validator = new JsonSchema(schema);

        Assert.Equal([], validator.Validate(JsonNode.Parse(valid)));
        Assert.Single(validator.Validate(JsonNode.Parse(invalid)));
    }

    [Fact]
    public void Unknown_keywords_and_references_are_errors()
    {
        Assert.Throws<NotSupportedException>(() => new JsonSchema("""{"multipleOf":2}""").Validate(1));
        Assert.Throws<NotSupportedException>(() => new JsonSchema("""{"$ref":"#/$defs/none"}""").Validate(1));
        Assert.Throws<NotSupportedException>(() => new JsonSchema("""{"type":"text"}""").Validate(1));
    }

    [Theory]
    [InlineData("""{"signal":"log"}""", "lacks an id")]
    [InlineData("""{"id":"00000000000000000000000000000000","signal":"event"}""", "an event without a name")]
    [InlineData("""{"id":"00000000000000000000000000000000","signal":"log","name":"x"}""", "a log with a name")]
    [InlineData("""{"id":"00000000000000000000000000000000","signal":"log","flags":0}""", "a default written out")]
    [InlineData("""{"id":"00000000000000000000000000000000","signal":"log","attributes":{}}""", "empty attributes")]
    [InlineData("""{"id":"00000000000000000000000000000000","signal":"span","status":{}}""", "an empty status")]
    [InlineData("""{"id":"00000000000000000000000000000000","signal":"span","time":"2024-01-01T00:00:00Z"}""", "a time without fraction")]
    [InlineData("""{"id":"00000000000000000000000000000000","signal":"span","trace_id":"0123456789ABCDEF0123456789ABCDEF"}""", "an upper-case id")]
    [InlineData("""{"id":"00000000000000000000000000000000","signal":"metric"}""", "a metric without its member")]
    [InlineData("""{"id":"00000000000000000000000000000000","signal":"metric","metric":{"type":"gauge","monotonic":true}}""", "a monotonic gauge")]
    [InlineData("""{"id":"00000000000000000000000000000000","signal":"metric","metric":{"type":"summary","data_points":[{"sum":1.0}]}}""", "no count")]
    public void The_envelope_schema_is_closed(string record, string why) =>
        Assert.True(JsonSchema.Load("config/envelope.schema.json").Validate(JsonNode.Parse(record)).Count > 0, why);
}
