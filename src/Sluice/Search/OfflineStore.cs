using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Api;
using Sluice.Configuration;
using Sluice.Runtime.Graph;

namespace Sluice.Search;

/// <summary>The search API over a store on disk, on a loopback port of the system's choice, so that both ways to search are one.</summary>
internal sealed class OfflineStore : IAsyncDisposable
{
    private readonly ApiServer _server;

    private OfflineStore(ApiServer server) => _server = server;

    /// <summary>Where the API listens.</summary>
    public Uri Address => new($"http://{_server.Endpoint.Address}");

    /// <summary>Opens the store of a data directory.</summary>
    /// <exception cref="SearchException">There is none.</exception>
    public static async Task<OfflineStore> OpenAsync(string dataDirectory, CancellationToken cancellationToken)
    {
        var directory = Path.Combine(dataDirectory, "store");
        if (!Directory.Exists(directory))
        {
            throw new SearchException($"There is no store in {dataDirectory}: name the --data-dir that a Sluice with the exporter store has run with.");
        }

        var options = new ApiOptions { Endpoint = new EndpointText("127.0.0.1", 0) };
        return new OfflineStore(await ApiServer.StartAsync(
            options, directory, status: null, TimeProvider.System, NullLogger.Instance, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
