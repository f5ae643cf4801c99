using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenTelemetry.Proto.Collector.Logs.V1;
using Sluice.Buffers;
using Sluice.Telemetry.Otlp;
using Sluice.Telemetry.Otlp.Json;
using Sluice.Testing;
using ProtoValue = OpenTelemetry.Proto.Common.V1.AnyValue;

namespace Sluice.Telemetry.Tests.Json;

public sealed class JsonTextTests
{
    private static readonly string[] Texts = ["", "a", "é", "\"quoted\"", "tab\tand\nline", "\U0001F600", "a/b\\c"];

    [Fact]
    public void What_is_written_says_what_the_text_said()
    {
        var random = new Random(RandomSeed.Value);
        for (var i = 0; i < 500; i++)
        {
            var expected = RandomNode(random, 4);
            var json = Encoding.UTF8.GetBytes(expected?.ToJsonString() ?? "null");

            Assert.Null(JsonText.FindFault(json, isLines: false));
            var actual = ToNode(Write(json));

            Assert.True(JsonNode.DeepEquals(expected, actual), $"{expected?.ToJsonString()} became {actual?.ToJsonString()}, SLUICE_SEED={RandomSeed.Value}");
        }
    }

    [Fact]
    public void A_text_has_no_fault_only_if_System_Text_Json_reads_it_and_then_it_can_be_written()
    {
        var random = new Random(RandomSeed.Value);
        for (var i = 0; i < 5000; i++)
        {
            var json = Encoding.UTF8.GetBytes(RandomNode(random, 4)?.ToJsonString() ?? "null");
            for (var flips = random.Next(3); flips >= 0; flips--)
            {
                json[random.Next(json.Length)] = (byte)random.Next(256);
            }

            if (JsonText.FindFault(json, isLines: false) is { } fault)
            {
                Assert.InRange(fault.Offset, 0, json.Length);
                continue;
            }

            using var document = JsonDocument.Parse(json);
            Write(json);
        }
    }

    /// <summary>The quick check may know less than the reader, and never more.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_has_no_fault_is_what_System_Text_Json_reads_to_its_end(bool isLines)
    {
        const string Alphabet = "{}[]:,\"\\/ \n\t-+.0123eEtrufalsn\u001fdD8bBcC\u00e9";
        var random = new Random(RandomSeed.Value);
        var valid = 0;
        for (var i = 0; i < 10_000; i++)
        {
            var text = new StringBuilder(RandomNode(random, 3)?.ToJsonString() ?? "null");
            if (isLines && random.Next(2) == 0)
            {
                text.Append(random.Next(3) == 0 ? "" : "\n").Append(RandomNode(random, 2)?.ToJsonString() ?? "null");
            }

            for (var edits = random.Next(3); edits > 0; edits--)
            {
                var at = random.Next(text.Length);
                text = random.Next(3) switch
                {
                    0 when text.Length > 1 => text.Remove(at, 1),
                    1 => text.Insert(at, Alphabet[random.Next(Alphabet.Length)]),
                    _ => text.Replace(text[at], Alphabet[random.Next(Alphabet.Length)], at, 1),
                };
            }

            var json = Encoding.UTF8.GetBytes(text.ToString());
            var isRead = ReadsToItsEnd(json, JsonText.OptionsFor(isLines));
            Assert.True(JsonText.FindFault(json, isLines) is null == isRead, $"{text} {(isRead ? "can" : "cannot")} be read, SLUICE_SEED={RandomSeed.Value}");
            valid += isRead ? 1 : 0;
        }

        Assert.InRange(valid, 1_500, 8_500);
    }

    [Theory]
    [InlineData("\"\\uD83D\\uDE00\"", true)]
    [InlineData("\"\\uD83D\"", false)]
    [InlineData("\"\\u12g4\"", false)]
    [InlineData("\"\\x\"", false)]
    [InlineData("\"a\nb\"", false)]
    [InlineData("01", false)]
    [InlineData("-", false)]
    [InlineData("1.", false)]
    [InlineData("1e+", false)]
    [InlineData("[1,]", false)]
    [InlineData("{\"a\":1,}", false)]
    [InlineData("[1 2]", false)]
    [InlineData("{\"a\" 1}", false)]
    [InlineData("{1:1}", false)]
    [InlineData("[}", false)]
    [InlineData("{\"a\":[1}", false)]
    [InlineData("1 2", false)]
    [InlineData("\ufeff1", false)]
    [InlineData("", false)]
    [InlineData("truefalse", false)]
    [InlineData("\"0123456789012345\\\"0123456789012345\"", true)]
    public void The_grammar_is_that_of_RFC_8259(string json, bool isValid) =>
        Assert.Equal(isValid, JsonText.FindFault(Encoding.UTF8.GetBytes(json), isLines: false) is null);

    [Fact]
    public void Depth_is_limited()
    {
        var most = IndexLimits.Default.MaxDepth;

        Assert.Null(JsonText.FindFault(Nested(most), isLines: false));
        Assert.NotNull(JsonText.FindFault(Nested(most + 1), isLines: false));
    }

    [Theory]
    [InlineData(" {\t\"a\" : [ 1 , -2.5\r\n, \"x\" ] , \"\\u0062\" :\"\\\"\\\\\", \"c\":{ } ,\"d\": [ ] , \"e\":null }\n", """{"a":[1,-2.5,"x"],"b":"\"\\","c":{},"d":[],"e":null}""")]
    [InlineData("[[],{},\"\",0,-0,true,false,null,\"\\\\\",\"\\u00e9\\n\"]", """[[],{},"",0,0,true,false,null,"\\","é\n"]""")]
    [InlineData("{\"\\\\\":{\"\":1},\"n\":1e2}", """{"\\":{"":1},"n":100.0}""")]
    public void White_space_and_escapes_mean_nothing(string json, string expected) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), ToNode(Write(Encoding.UTF8.GetBytes(json)))));

    [Theory]
    [InlineData("9223372036854775807", ProtoValue.ValueOneofCase.IntValue)]
    [InlineData("9223372036854775808", ProtoValue.ValueOneofCase.StringValue)]
    [InlineData("-9223372036854775809", ProtoValue.ValueOneofCase.StringValue)]
    [InlineData("1.0", ProtoValue.ValueOneofCase.DoubleValue)]
    [InlineData("1e2", ProtoValue.ValueOneofCase.DoubleValue)]
    [InlineData("1e999", ProtoValue.ValueOneofCase.StringValue)]
    public void A_number_is_what_holds_it_whole(string json, ProtoValue.ValueOneofCase kind)
    {
        var value = Write(Encoding.UTF8.GetBytes(json));

        Assert.Equal(kind, value.ValueCase);
        Assert.True(kind != ProtoValue.ValueOneofCase.StringValue || value.StringValue == json);
    }

    [Fact]
    public void A_double_is_the_nearest_one()
    {
        var random = new Random(RandomSeed.Value);
        for (var i = 0; i < 4_000; i++)
        {
            var digits = random.NextInt64(1, (long)Math.Pow(10, random.Next(1, 18))).ToString(CultureInfo.InvariantCulture);
            var point = random.Next(digits.Length);
            var json = $"{(random.Next(2) == 0 ? "-" : "")}{(point == 0 ? "0" : digits[..point])}.{digits[point..]}";

            var value = Write(Encoding.UTF8.GetBytes(json));

            Assert.True(
                BitConverter.DoubleToInt64Bits(value.DoubleValue) == BitConverter.DoubleToInt64Bits(double.Parse(json, CultureInfo.InvariantCulture)),
                $"{json} became {value.DoubleValue:R}");
        }
    }

    private static byte[] Nested(int levels) => Encoding.UTF8.GetBytes(new string('[', levels) + new string(']', levels));

    private static bool ReadsToItsEnd(byte[] json, JsonReaderOptions options)
    {
        var reader = new Utf8JsonReader(json, options);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                {
                    reader.GetString();
                }
            }

            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Writes a text both as it stands and from a reader, which have to agree.</summary>
    private static ProtoValue Write(byte[] json)
    {
        var read = Write(json, static (json, builder) =>
        {
            var reader = new Utf8JsonReader(json, JsonText.OptionsFor(isLines: false));
            reader.Read();
            JsonText.WriteValue(ref reader, builder);
        });
        var transcoded = Write(json, static (json, builder) => JsonText.WriteValue(json, builder));

        Assert.Equal(read, transcoded);
        return transcoded;
    }

    private static ProtoValue Write(byte[] json, Action<byte[], OtlpRequestBuilder> write)
    {
        using var pool = new BufferPool(new BufferPoolOptions { Tracking = true });
        using var output = new PooledBufferWriter(pool, "test");
        var builder = new OtlpRequestBuilder(output);
        builder.BeginResource();
        builder.BeginScope();
        builder.BeginRecord();
        builder.Body();
        write(json, builder);
        builder.EndRecord();
        builder.Finish();
        return ExportLogsServiceRequest.Parser.ParseFrom(output.WrittenSpan.ToArray()).ResourceLogs[0].ScopeLogs[0].LogRecords[0].Body;
    }

    private static JsonNode? RandomNode(Random random, int depth) => random.Next(depth > 0 ? 8 : 6) switch
    {
        0 => JsonValue.Create(random.NextInt64(long.MinValue, long.MaxValue)),
        1 => JsonValue.Create(random.NextDouble() + 0.5),
        2 => JsonValue.Create(random.Next(2) == 0),
        3 => null,
        4 or 5 => JsonValue.Create(Texts[random.Next(Texts.Length)]),
        6 => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => RandomNode(random, depth - 1))]),
        _ => new JsonObject(Enumerable.Range(0, random.Next(4)).Select(i => KeyValuePair.Create(Texts[i + 1] + i.ToString(CultureInfo.InvariantCulture), RandomNode(random, depth - 1)))),
    };

    private static JsonNode? ToNode(ProtoValue value) => value.ValueCase switch
    {
        ProtoValue.ValueOneofCase.IntValue => JsonValue.Create(value.IntValue),
        ProtoValue.ValueOneofCase.DoubleValue => JsonValue.Create(value.DoubleValue),
        ProtoValue.ValueOneofCase.BoolValue => JsonValue.Create(value.BoolValue),
        ProtoValue.ValueOneofCase.StringValue => JsonValue.Create(value.StringValue),
        ProtoValue.ValueOneofCase.ArrayValue => new JsonArray([.. value.ArrayValue.Values.Select(ToNode)]),
        ProtoValue.ValueOneofCase.KvlistValue => new JsonObject(value.KvlistValue.Values.Select(pair => KeyValuePair.Create(pair.Key, ToNode(pair.Value)))),
        _ => null,
    };
}
