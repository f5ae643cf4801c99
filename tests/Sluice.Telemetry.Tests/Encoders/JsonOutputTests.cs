using System.Globalization;
using System.Text.Json;
using Sluice.Buffers;
using Sluice.Telemetry.Encoders;

namespace Sluice.Telemetry.Tests.Encoders;

public sealed class JsonOutputTests : IDisposable
{
    private readonly BufferPool _buffers = new(new() { Tracking = true });
    private readonly PooledBufferWriter _output;

    private delegate void Writing(ref JsonOutput json);

    public JsonOutputTests() => _output = new PooledBufferWriter(_buffers, "JSON test");

    public void Dispose()
    {
        _output.Dispose();
        _buffers.Dispose();
    }

    [Fact]
    public void Every_character_reads_back_wherever_it_stands()
    {
        for (var character = 0; character <= 0x2100; character++)
        {
            foreach (var text in new[] { $"{(char)character}", $"{(char)character}after", $"before{(char)character}", $"a{(char)character}\"{(char)character}z" })
            {
                Assert.Equal(text, Parse<string>((ref JsonOutput json) => json.String(System.Text.Encoding.UTF8.GetBytes(text))));
            }
        }
    }

    [Fact]
    public void Text_of_control_characters_that_outgrows_the_buffer_reads_back()
    {
        var text = new string('\u0001', 100_000);

        Assert.Equal(text, Parse<string>((ref JsonOutput json) => json.String(System.Text.Encoding.UTF8.GetBytes(text))));
    }

    [Fact]
    public void Random_doubles_round_trip_bit_for_bit()
    {
        const int Seed = 7;
        var random = new Random(Seed);
        for (var i = 0; i < 20_000; i++)
        {
            var value = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            if (double.IsFinite(value))
            {
                var read = Parse<double>((ref JsonOutput json) => json.Number(value));
                Assert.Equal(BitConverter.DoubleToInt64Bits(value), BitConverter.DoubleToInt64Bits(read));
            }
        }
    }

    [Theory]
    [InlineData(0.0, "0.0")]
    [InlineData(-0.0, "-0.0")]
    [InlineData(1.0, "1.0")]
    [InlineData(0.1, "0.1")]
    [InlineData(1e21, "1E+21")]
    [InlineData(9007199254740993.0, "9007199254740992.0")]
    [InlineData(double.MaxValue, "1.7976931348623157E+308")]
    [InlineData(double.Epsilon, "5E-324")]
    [InlineData(double.NaN, "\"NaN\"")]
    [InlineData(double.PositiveInfinity, "\"Infinity\"")]
    [InlineData(double.NegativeInfinity, "\"-Infinity\"")]
    public void Doubles_are_told_from_integers(double value, string expected) =>
        Assert.Equal(expected, Text((ref JsonOutput json) => json.Number(value)));

    [Fact]
    public void Integers_keep_64_bits()
    {
        Assert.Equal("-9223372036854775808", Text((ref JsonOutput json) => json.Number(long.MinValue)));
        Assert.Equal("18446744073709551615", Text((ref JsonOutput json) => json.Number(ulong.MaxValue)));
        Assert.Equal("\"-9223372036854775808\"", Text((ref JsonOutput json) => json.QuotedNumber(long.MinValue)));
        Assert.Equal("\"18446744073709551615\"", Text((ref JsonOutput json) => json.QuotedNumber(ulong.MaxValue)));
    }

    [Fact]
    public void Every_day_until_the_last_representable_one_is_dated_as_the_calendar_does()
    {
        const ulong NanosecondsPerDay = 86_400_000_000_000;
        for (ulong day = 0; day <= ulong.MaxValue / NanosecondsPerDay; day++)
        {
            var expected = DateTime.UnixEpoch.AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            Assert.StartsWith("\"" + expected, Text((ref JsonOutput json) => json.Time(day * NanosecondsPerDay)), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(0UL, "\"1970-01-01T00:00:00.000000000Z\"")]
    [InlineData(1UL, "\"1970-01-01T00:00:00.000000001Z\"")]
    [InlineData(86_399_999_999_999UL, "\"1970-01-01T23:59:59.999999999Z\"")]
    [InlineData(951_782_400_123_456_789UL, "\"2000-02-29T00:00:00.123456789Z\"")]
    [InlineData(ulong.MaxValue, "\"2554-07-21T23:34:33.709551615Z\"")]
    public void Times_have_nine_digits_of_fraction(ulong unixNano, string expected) =>
        Assert.Equal(expected, Text((ref JsonOutput json) => json.Time(unixNano)));

    [Fact]
    public void Commas_stand_between_members_and_elements_only() => Assert.Equal(
        """{"a":[1,[],{}],"b":{"c":null,"d":true},"e":"0aff","f":"//8="}""",
        Text((ref JsonOutput json) =>
        {
            json.BeginObject();
            json.Name("\"a\":"u8);
            json.BeginArray();
            json.Number(1L);
            json.BeginArray();
            json.EndArray();
            json.BeginObject();
            json.EndObject();
            json.EndArray();
            json.Key("b"u8);
            json.BeginObject();
            json.Ready("\"c\":null"u8);
            json.Ready([]);
            json.Name("\"d\":"u8);
            json.Boolean(true);
            json.EndObject();
            json.Name("\"e\":"u8);
            json.Hex([0x0a, 0xff]);
            json.Name("\"f\":"u8);
            json.Base64Text([0xff, 0xff]);
            json.EndObject();
        }));

    private string Text(Writing writing)
    {
        _output.Clear();
        var json = new JsonOutput(_output);
        writing(ref json);
        json.Flush();
        return System.Text.Encoding.UTF8.GetString(_output.WrittenSpan);
    }

    private T Parse<T>(Writing writing) => JsonSerializer.Deserialize<T>(Text(writing))!;
}
