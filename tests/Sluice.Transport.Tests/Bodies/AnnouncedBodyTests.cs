using System.Text;
using Sluice.Testing;
using Sluice.Transport.Tests.Support;

namespace Sluice.Transport.Tests.Bodies;

public sealed class AnnouncedBodyTests
{
    [Fact]
    public async Task Large_bodies_that_are_only_announced_leave_the_budget_to_others()
    {
        await using var server = await TestServer.StartBodyReaderAsync(budget: 4 << 20);
        var clients = new List<System.Net.Sockets.TcpClient>();
        for (var i = 0; i < 10; i++)
        {
            clients.Add(await server.ConnectAsync());
            await clients[i].GetStream().WriteAsync(
                Encoding.ASCII.GetBytes($"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {15 << 20}\r\n\r\nsome"), TestContext.Current.CancellationToken);
        }

        await Eventually.TrueAsync(() => server.Pool.RentedCount >= 10, "all bodies are being read");

        Assert.InRange(server.Budget.Used, 1, 10 * (64 << 10));
        using var content = new ByteArrayContent(new byte[1 << 20]);
        using var answer = await server.Client.PostAsync(new Uri("/", UriKind.Relative), content, TestContext.Current.CancellationToken);
        Assert.StartsWith($"Ok {1 << 20} ", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        clients.ForEach(client => client.Dispose());
        await Eventually.TrueAsync(() => server.Pool.RentedCount == 0, "memory is back");
    }
}
