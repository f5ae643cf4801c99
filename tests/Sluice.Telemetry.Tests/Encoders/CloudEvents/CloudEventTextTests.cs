using System.Text;
using Sluice.Buffers;
using Sluice.Telemetry.Encoders.CloudEvents;

namespace Sluice.Telemetry.Tests.Encoders.CloudEvents;

public sealed class CloudEventTextTests
{
    /// <summary>The example of the HTTP protocol binding, 3.1.3.2, and the bounds of its table.</summary>
    [Theory]
    [InlineData("Euro € 😀", "Euro%20%E2%82%AC%20%F0%9F%98%80")]
    [InlineData("\"100%\"", "%22100%25%22")]
    [InlineData("!~\u007f", "!~%7F")]
    [InlineData("", "")]
    public void A_header_value_is_percent_encoded(string text, string header)
    {
        using var buffers = new BufferPool();
        using var output = new PooledBufferWriter(buffers, "test");
        CloudEventText.WriteHeaderValue(Encoding.UTF8.GetBytes(text), output);
        Assert.Equal(header, Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Theory]
    [InlineData("application/json", true)]
    [InlineData("text/JSON; charset=utf-8", true)]
    [InlineData("application/vnd.example+Json ;a=b", true)]
    [InlineData("application/json5", false)]
    [InlineData("application/+json", false)]
    [InlineData("text/plain; x=application/json", false)]
    [InlineData("json", false)]
    [InlineData("", false)]
    public void Json_is_told_by_the_subtype(string mediaType, bool isJson) => Assert.Equal(isJson, CloudEventText.IsJson(Encoding.UTF8.GetBytes(mediaType)));

    [Theory]
    [InlineData("", true)]
    [InlineData("plain text", true)]
    [InlineData("€\u00A0😀\uFDCF\uFDF0\uFFFD", true)]
    [InlineData("a\tb", false)]
    [InlineData("a\u007f", false)]
    [InlineData("a\u0080", false)]
    [InlineData("\uFDD0", false)]
    [InlineData("\uFFFF", false)]
    [InlineData("\U0001FFFE", false)]
    public void Control_characters_and_noncharacters_are_not_allowed(string text, bool isAllowed) =>
        Assert.Equal(isAllowed, CloudEventText.IsAllowed(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData(new byte[] { 0xC0, 0xA0 })]
    [InlineData(new byte[] { (byte)'a', 0xE2, 0x82 })]
    public void What_is_not_utf8_is_not_allowed(byte[] text) => Assert.False(CloudEventText.IsAllowed(text));

    [Theory]
    [InlineData("partitionkey", true)]
    [InlineData("0", true)]
    [InlineData("", false)]
    [InlineData("partitionKey", false)]
    [InlineData("partition-key", false)]
    [InlineData("data_base64", false)]
    public void Names_are_lower_case_letters_and_digits(string name, bool isName) => Assert.Equal(isName, CloudEventText.IsName(Encoding.UTF8.GetBytes(name)));
}
