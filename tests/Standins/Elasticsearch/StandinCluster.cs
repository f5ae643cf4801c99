using System.Text;
using System.Text.Json.Nodes;
using Sluice.Standins.Elasticsearch.Bulk;
using Sluice.Standins.Elasticsearch.Cluster;
using Sluice.Standins.Elasticsearch.Faults;
using Sluice.Standins.Elasticsearch.Http;

namespace Sluice.Standins.Elasticsearch;

/// <summary>
/// A stand-in for an Elasticsearch or OpenSearch cluster, in memory. It refuses what the real one refuses, and what it does not model it answers with 501.
/// Nodes (<see cref="StandinNode"/>) speak HTTP for it; it outlives them. Thread-safe.
/// </summary>
public sealed class StandinCluster
{
    private readonly Lock _gate = new();
    private readonly ClusterState _state;
    private readonly BulkHandler _bulk;
    private readonly Router _router;

    /// <summary>Makes an empty cluster.</summary>
    public StandinCluster(StandinOptions? options = null)
    {
        Options = options ?? new StandinOptions();
        _state = new ClusterState(Options);
        _bulk = new BulkHandler(_state, Faults);
        _router = new Router(_state, _bulk);
        Authenticator = new Authenticator(Options);
    }

    /// <summary>How it is set up.</summary>
    public StandinOptions Options { get; }

    /// <summary>What it does wrong.</summary>
    public StandinFaults Faults { get; } = new();

    /// <summary>The names of its data streams.</summary>
    public IReadOnlyList<string> DataStreams => Locked(() => _state.Streams.Keys.ToArray());

    /// <summary>How many items of bulk requests were answered, by status.</summary>
    public IReadOnlyDictionary<int, long> ItemsByStatus => Locked(() => new Dictionary<int, long>(_bulk.Answered));

    internal Authenticator Authenticator { get; }

    /// <summary>
    /// Documents of data streams, indices and aliases: names and patterns separated by commas, by default all. Documents that searches do not see yet are among them.
    /// </summary>
    public IReadOnlyList<StandinDocument> Documents(string expression = "*") => Locked(() =>
        _state.Resolve(expression, ignoreUnavailable: true, includeHidden: true)
            .SelectMany(index => index.Documents.OrderBy(document => document.SequenceNumber).Select(document => new StandinDocument(index.Name, document.Id, document.Source)))
            .ToArray());

    /// <summary>How many documents there are.</summary>
    public long Count(string expression = "*") => Locked(() => _state.Resolve(expression, ignoreUnavailable: true, includeHidden: true).Sum(index => (long)index.Count));

    /// <summary>The backing indices of a data stream, oldest first; empty when there is no such stream.</summary>
    public IReadOnlyList<string> BackingIndices(string stream) =>
        Locked(() => _state.Streams.TryGetValue(stream, out var found) ? found.Indices.Select(index => index.Name).ToArray() : []);

    /// <summary>Rolls a data stream over, as its lifecycle would.</summary>
    public void Rollover(string stream) => Call("POST", $"/{stream}/_rollover");

    /// <summary>Lets searches see everything that was written.</summary>
    public void Refresh() => Call("POST", "/_refresh");

    /// <summary>Puts an index template.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="json">The body of the call.</param>
    public void PutIndexTemplate(string name, string json) => Call("PUT", $"/_index_template/{name}", json);

    /// <summary>Puts a component template.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="json">The body of the call.</param>
    public void PutComponentTemplate(string name, string json) => Call("PUT", $"/_component_template/{name}", json);

    /// <summary>Calls the API without a socket, faults and authentication.</summary>
    /// <param name="method">The method.</param>
    /// <param name="target">Path and query.</param>
    /// <param name="body">The body; null for none.</param>
    /// <returns>The body of the answer.</returns>
    /// <exception cref="InvalidOperationException">It was refused.</exception>
    public JsonNode Call(string method, string target, string? body = null)
    {
        var answer = Handle(ApiRequest.Create(method, target, Encoding.UTF8.GetBytes(body ?? "")));
        return answer.Status < 300
            ? JsonNode.Parse(answer.Body.Length == 0 ? "{}"u8 : answer.Body)!
            : throw new InvalidOperationException($"{method} {target}: {answer.Status}: {Encoding.UTF8.GetString(answer.Body)}");
    }

    internal ApiAnswer Handle(ApiRequest request)
    {
        try
        {
            return Locked(() => _router.Route(request));
        }
        catch (ApiException exception)
        {
            return ApiAnswer.Of(exception.Error);
        }
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }
}
