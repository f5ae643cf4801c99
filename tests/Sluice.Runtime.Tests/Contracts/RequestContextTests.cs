using System.Text;
using Sluice.Runtime.Contracts;

namespace Sluice.Runtime.Tests.Contracts;

/// <summary>What can be read of an encoded context in place.</summary>
public sealed class RequestContextTests
{
    private static readonly RequestContext Context = new()
    {
        Receiver = "webhook/shop",
        Peer = "10.0.0.1",
        Subject = "me",
        Headers = [new("x-tenant", "acme"), new("x-tenant", "second"), new("x-empty", "")],
    };

    [Fact]
    public void The_receiver_is_read_in_place() =>
        Assert.Equal("webhook/shop", Encoding.UTF8.GetString(RequestContext.ReadReceiver(Context.Encoded.ToArray()).Span));

    [Theory]
    [InlineData("x-tenant", "acme")]
    [InlineData("x-empty", "")]
    [InlineData("x-other", "")]
    public void The_first_value_of_a_header_is_read(string name, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(RequestContext.ReadHeader(Context.Encoded, Encoding.UTF8.GetBytes(name))));

    [Fact]
    public void What_is_no_context_has_neither()
    {
        byte[] damaged = [0x0a, 0xff, 0x01];

        Assert.True(RequestContext.ReadReceiver(damaged).IsEmpty);
        Assert.True(RequestContext.ReadHeader(damaged, "x-tenant"u8).IsEmpty);
        Assert.True(RequestContext.ReadReceiver(default).IsEmpty);
    }
}
