namespace Sluice.Configuration.Tests.Values;

public sealed class EndpointTextTests
{
    [Theory]
    [InlineData("localhost:4317", "localhost", 4317)]
    [InlineData("[::1]:4317", "::1", 4317)]
    [InlineData(":4317", "", 4317)]
    [InlineData("127.0.0.1:0", "127.0.0.1", 0)]
    [InlineData("example.org:65535", "example.org", 65535)]
    public void An_endpoint_is_read_and_written_back(string text, string host, int port)
    {
        Assert.True(EndpointText.TryParse(text, out var value, out _));
        Assert.Equal(new EndpointText(host, port), value);
        Assert.Equal(text, value.ToString());
    }

    [Theory]
    [InlineData("", "the port is missing")]
    [InlineData("localhost", "the port is missing")]
    [InlineData("localhost:", "the port is missing")]
    [InlineData("[::1]", "the port is missing")]
    [InlineData("localhost:65536", "the port is not a number from 0 to 65535")]
    [InlineData("localhost:+1", "the port is not a number from 0 to 65535")]
    [InlineData("localhost:http", "the port is not a number from 0 to 65535")]
    [InlineData("::1:4317", "an IPv6 address needs brackets")]
    [InlineData("[localhost]:1", "there is no IPv6 address in the brackets")]
    [InlineData("a b:1", "the host has a character that no host name has")]
    [InlineData("user@host:1", "the host has a character that no host name has")]
    public void What_is_no_endpoint_is_refused_with_its_problem(string text, string problem)
    {
        Assert.False(EndpointText.TryParse(text, out _, out var said));
        Assert.Equal(problem, said);
    }
}
