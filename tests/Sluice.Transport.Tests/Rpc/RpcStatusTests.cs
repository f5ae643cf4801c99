using System.Text.Json;
using Google.Protobuf;
using Google.Rpc;
using Sluice.Transport.Rpc;

namespace Sluice.Transport.Tests.Rpc;

public sealed class RpcStatusTests
{
    [Theory]
    [InlineData(RpcCode.InvalidArgument, "bad", null)]
    [InlineData(RpcCode.ResourceExhausted, "busy: 1 of 2 ü", 1500)]
    [InlineData(RpcCode.Unavailable, "", 0)]
    [InlineData(RpcCode.Ok, "", null)]
    public void The_protobuf_form_is_what_the_official_types_read(RpcCode code, string message, int? delayMs)
    {
        var status = new RpcStatus(code, message, delayMs is { } ms ? TimeSpan.FromMilliseconds(ms) : null);

        var read = Status.Parser.ParseFrom(status.ToProtobuf());

        Assert.Equal((int)code, read.Code);
        Assert.Equal(message, read.Message);
        if (delayMs is { } expected)
        {
            var info = read.Details.Single().Unpack<RetryInfo>();
            Assert.Equal(TimeSpan.FromMilliseconds(expected), info.RetryDelay.ToTimeSpan());
        }
        else
        {
            Assert.Empty(read.Details);
        }
    }

    [Fact]
    public void The_JSON_form_is_what_the_official_types_read()
    {
        var status = new RpcStatus(RpcCode.ResourceExhausted, "busy \"now\" <ü>", TimeSpan.FromMilliseconds(1500));

        var registry = Google.Protobuf.Reflection.TypeRegistry.FromMessages(RetryInfo.Descriptor);
        var parser = new JsonParser(JsonParser.Settings.Default.WithTypeRegistry(registry));
        var read = parser.Parse<Status>(System.Text.Encoding.UTF8.GetString(status.ToJson()));

        Assert.Equal(8, read.Code);
        Assert.Equal("busy \"now\" <ü>", read.Message);
        Assert.Equal(TimeSpan.FromMilliseconds(1500), read.Details.Single().Unpack<RetryInfo>().RetryDelay.ToTimeSpan());
        using var json = JsonDocument.Parse(status.ToJson());
        Assert.Equal("1.5s", json.RootElement.GetProperty("details")[0].GetProperty("retryDelay").GetString());
    }
}
