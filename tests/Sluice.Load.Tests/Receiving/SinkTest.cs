using System.Net;

namespace Sluice.Load.Receiving;

/// <summary>Tests that each have a sink of their own.</summary>
public abstract class SinkTest : IAsyncLifetime
{
    /// <summary>Has the system choose a port.</summary>
    protected static readonly IPEndPoint FreePort = new(IPAddress.Loopback, 0);

    /// <summary>Sends to it.</summary>
    protected HttpClient Client { get; } = new();

    /// <summary>What is tested.</summary>
    protected SinkServer Sink { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Sink = await SinkServer.StartAsync(FreePort, FreePort, cancellationToken: TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Sink.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
