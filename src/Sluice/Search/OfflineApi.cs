using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Api;
using Sluice.Configuration;
using Sluice.Runtime.Graph;

namespace Sluice.Search;

/// <summary>The API over files on disk, on a loopback port of the system's choice, so that both ways to ask are one.</summary>
internal sealed class OfflineApi : IAsyncDisposable
{
    private readonly ApiServer _server;

    private OfflineApi(ApiServer server) => _server = server;

    /// <summary>Where the API listens.</summary>
    public Uri Address => new($"http://{_server.Endpoint.Address}");

    /// <summary>Opens the store of a data directory.</summary>
    /// <exception cref="SearchException">There is none.</exception>
    public static Task<OfflineApi> OpenStoreAsync(string dataDirectory, CancellationToken cancellationToken)
    {
        var directory = Path.Combine(dataDirectory, "store");
        return Directory.Exists(directory)
            ? StartAsync(new ApiSources { StoreDirectory = directory }, cancellationToken)
            : throw new SearchException($"There is no store in {dataDirectory}: name the --data-dir that a Sluice with the exporter store has run with.");
    }

    /// <summary>Opens the dead letters of a data directory; one without any has never had to keep one.</summary>
    /// <param name="dataDirectory">The data directory.</param>
    /// <param name="options">Where in it they are.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SearchException">The data directory is not there.</exception>
    public static Task<OfflineApi> OpenDeadLettersAsync(
        string dataDirectory, DeadLetterServiceOptions options, CancellationToken cancellationToken) => Directory.Exists(dataDirectory)
        ? StartAsync(new ApiSources { DeadLetterDirectory = options.DirectoryIn(dataDirectory) }, cancellationToken)
        : throw new SearchException($"There is no directory {dataDirectory}: name the --data-dir that a Sluice has run with.");

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static async Task<OfflineApi> StartAsync(ApiSources sources, CancellationToken cancellationToken)
    {
        var options = new ApiOptions { Endpoint = new EndpointText("127.0.0.1", 0) };
        return new OfflineApi(await ApiServer.StartAsync(options, sources, TimeProvider.System, NullLogger.Instance, cancellationToken).ConfigureAwait(false));
    }
}
