using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Runtime.Contracts;
using Sluice.Transport.HttpServer;
using Sluice.Transport.Tests.Support;

namespace Sluice.Transport.Tests.HttpServer;

public sealed class UnixSocketTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("sluice-test-").FullName;

    private string SocketPath => Path.Combine(_directory, "s.sock");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task It_serves_and_leaves_no_file()
    {
        await using (var host = await StartAsync())
        {
            Assert.Equal($"unix:{SocketPath}", host.Address);
            Assert.Equal("hello", await GetAsync());
        }

        Assert.False(File.Exists(SocketPath));
    }

    [Fact]
    public async Task A_socket_that_a_killed_process_left_is_replaced()
    {
        // Closing it would remove the file; a copy of the name is what is left of one that was not closed.
        using (var left = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            left.Bind(new UnixDomainSocketEndPoint(SocketPath + ".other"));
            File.Move(SocketPath + ".other", SocketPath);
        }

        Assert.True(File.Exists(SocketPath));
        await using var host = await StartAsync();

        Assert.Equal("hello", await GetAsync());
    }

    [Fact]
    public async Task A_socket_in_use_is_left_alone()
    {
        await using var host = await StartAsync();

        var refusal = await Assert.ThrowsAsync<ComponentStartException>(StartAsync);

        Assert.Equal($"receivers::test::endpoint: {SocketPath} is in use by another process; stop it or choose another path", refusal.Message);
        Assert.Equal("hello", await GetAsync());
    }

    [Fact]
    public async Task A_file_is_left_alone()
    {
        await File.WriteAllTextAsync(SocketPath, "", TestContext.Current.CancellationToken);

        var refusal = await Assert.ThrowsAsync<ComponentStartException>(StartAsync);

        Assert.Equal($"receivers::test::endpoint: {SocketPath} is a file; choose another path, or remove it", refusal.Message);
        Assert.True(File.Exists(SocketPath));
    }

    [Theory]
    [InlineData("/run/a.sock", true)]
    [InlineData("./a.sock", true)]
    [InlineData("localhost:1", false)]
    public void A_slash_makes_a_path(string text, bool isPath)
    {
        Assert.True(ListenEndpoint.TryParse(text, out var endpoint, out _));
        Assert.Equal(isPath, endpoint.Path is not null);
        Assert.Equal(text, endpoint.ToString());
    }

    private Task<HttpHost> StartAsync() => HttpHost.StartAsync(
        TestServer.Options() with { Endpoint = new ListenEndpoint(default, SocketPath) },
        context => context.Response.WriteAsync("hello"),
        NullLogger.Instance,
        TestContext.Current.CancellationToken);

    private async Task<string> GetAsync()
    {
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var client = new HttpClient(handler);
        return await client.GetStringAsync(new Uri("http://sluice/"), TestContext.Current.CancellationToken);
    }
}
