using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Logging;
using Sluice.Buffers;
using Sluice.Components.Exporters.Otlp;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Health;
using Sluice.Transport.HttpClients;

namespace Sluice.Components.Exporters.ElasticsearchExporter;

/// <summary>Sends requests to a cluster, and knows what it is. Thread-safe.</summary>
internal sealed class ClusterClient : IAsyncDisposable
{
    private static readonly MediaTypeHeaderValue BulkType = new("application/x-ndjson");
    private static readonly MediaTypeHeaderValue JsonType = new("application/json");
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(10);

    private readonly ComponentContext _context;
    private readonly ElasticsearchExporterOptions _options;
    private readonly ClusterNodes _nodes;
    private readonly string[] _names;
    private readonly Version _version;
    private readonly KeyValuePair<string, string>[] _headers;
    private readonly CancellationTokenSource _stop = new();
    private HttpConnections? _connections;
    private IClientAuthenticator? _authenticator;
    private Task _probing = Task.CompletedTask;
    private volatile ClusterProduct? _product;

    public ClusterClient(ComponentContext context, ElasticsearchExporterOptions options)
    {
        _context = context;
        _options = options;
        _nodes = new ClusterNodes(options.Addresses, context.Time);
        _names = [.. options.Addresses.Select(address => address.GetLeftPart(UriPartial.Path).TrimEnd('/'))];
        _version = options.ForceAttemptHttp2 ? HttpVersion.Version20 : HttpVersion.Version11;
        _headers = [.. options.Headers.Select(header => KeyValuePair.Create(header.Key, header.Value.Reveal())), .. Credentials(options)];
    }

    /// <summary>What the cluster is; null while it has not been asked with success.</summary>
    public ClusterProduct? Product => _product;

    /// <summary>Opens connections, and begins to ask the cluster what it is.</summary>
    /// <exception cref="ComponentStartException">A file of TLS cannot be used, or a key does not go together with a proxy.</exception>
    public void Start()
    {
        _authenticator = _options.Auth is null ? null : _context.Extensions.ClientAuthenticator(_options.Auth.Authenticator);
        _connections = ExportClient.Connect(_context, _options.Tls, _options.ConnectionSettings, _options.Addresses);
        _probing = ProbeAsync(_stop.Token);
    }

    /// <summary>Asks the cluster what it is, unless that is known.</summary>
    /// <param name="values">What an authenticator may ask for: those of the batch that waits for the answer.</param>
    /// <param name="cancellationToken">Cuts it off.</param>
    /// <returns>Why it cannot be known now; null when it is.</returns>
    public async ValueTask<string?> LearnAsync(RequestValues values, CancellationToken cancellationToken)
    {
        if (_product is not null)
        {
            return null;
        }

        try
        {
            using var answer = await SendAsync(HttpMethod.Get, "/", [], null, values, cancellationToken).ConfigureAwait(false);
            if (answer.Status is 401 or 403)
            {
                // Keys that may only write need not see this; if it is about the credentials, the next request says so.
                _context.Logger.LogWarning("{Reason}; it is taken for {Product}", answer.Reason("GET /"), ClusterProduct.Assumed);
                _product = ClusterProduct.Assumed;
                return null;
            }

            if (!answer.IsSuccess || ClusterProduct.Read(answer.Body.WrittenMemory) is not { } product)
            {
                return answer.IsSuccess ? $"{answer.Server} is neither Elasticsearch nor OpenSearch" : answer.Reason("GET /");
            }

            _context.Logger.LogInformation("{Server} is {Product}", answer.Server, product);
            _product = product;
            return null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return ClientFailure.Describe(e, "http:// in the address");
        }
    }

    /// <summary>Sends a request to the server whose turn it is, or to the next when that cannot be reached.</summary>
    /// <param name="method">The method.</param>
    /// <param name="target">Path and query, from the root of the API.</param>
    /// <param name="body">The body; lent for the call.</param>
    /// <param name="isBulk">Lines of JSON, compressed as configured; false for one JSON; null for no body.</param>
    /// <param name="values">What an authenticator may ask for: those of the batch that the request is about.</param>
    /// <param name="cancellationToken">Cuts it off.</param>
    /// <exception cref="HttpRequestException">No server could be reached, or the connection broke.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public async ValueTask<ClusterAnswer> SendAsync(
        HttpMethod method, string target, IReadOnlyList<ReadOnlyMemory<byte>> body, bool? isBulk, RequestValues values, CancellationToken cancellationToken)
    {
        var node = _nodes.Take();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var answer = await SendAsync(node, method, target, body, isBulk, values, cancellationToken).ConfigureAwait(false);
                if (answer.Status is 502 or 503 or 504)
                {
                    _nodes.Failed(node);
                }
                else
                {
                    _nodes.Answered(node);
                }

                return answer;
            }
            catch (HttpRequestException e) when (WasNotSent(e) && attempt < _nodes.Count && !cancellationToken.IsCancellationRequested)
            {
                _nodes.Failed(node);
                node = _nodes.Take(not: node);
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                _nodes.Failed(node);
                throw new HttpRequestException((e as HttpRequestException)?.HttpRequestError ?? HttpRequestError.Unknown, $"{_names[node]}: {ClientFailure.Describe(e, "http:// in the address")}");
            }
        }
    }

    /// <summary>Whether a failure came before anything of the request was on its way.</summary>
    public static bool WasNotSent(HttpRequestException exception) => exception.HttpRequestError
        is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;

    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        _connections?.Dispose();
        await _probing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private static IEnumerable<KeyValuePair<string, string>> Credentials(ElasticsearchExporterOptions options)
    {
        if (options.ApiKey is not null)
        {
            yield return KeyValuePair.Create("Authorization", "ApiKey " + options.ApiKey.Reveal());
        }
        else if (options is { User: not null, Password: not null })
        {
            yield return KeyValuePair.Create("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.User}:{options.Password.Reveal()}")));
        }
    }

    private async ValueTask<ClusterAnswer> SendAsync(
        int node,
        HttpMethod method,
        string target,
        IReadOnlyList<ReadOnlyMemory<byte>> body,
        bool? isBulk,
        RequestValues values,
        CancellationToken cancellationToken)
    {
        var connections = _connections ?? throw new InvalidOperationException("The exporter is not started.");
        using var request = new HttpRequestMessage(method, _names[node] + target) { Version = _version, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
        using var compressed = new PooledBufferWriter(_context.Pool.Buffers, "compressed bulk request");
        SegmentedContent? content = null;
        if (isBulk is not null)
        {
            content = new SegmentedContent(isBulk.Value ? Compress(body, compressed) : body);
            content.Headers.ContentType = isBulk.Value ? BulkType : JsonType;
            if (isBulk.Value && ClientCompressions.NameOf(_options.Compression) is { } coding)
            {
                content.Headers.TryAddWithoutValidation("Content-Encoding", coding);
            }

            request.Content = content;
        }

        if (_options.DisableKeepAlives)
        {
            request.Headers.ConnectionClose = true;
        }

        PooledBufferWriter? answer = null;
        try
        {
            await ClientHeaders.AddToAsync(request, _headers, _authenticator, values, cancellationToken).ConfigureAwait(false);
            using var response = await connections.SendAsync(request, cancellationToken).ConfigureAwait(false);
            answer = new PooledBufferWriter(_context.Pool.Buffers, "answer of a cluster");
            var isWhole = await ResponseBody.ReadAsync(response, answer, BufferPool.MaximumSize, cancellationToken).ConfigureAwait(false);
            var result = new ClusterAnswer((int)response.StatusCode, RetryAfter.Read(response, _context.Time), answer, isWhole, _names[node]);
            answer = null;
            return result;
        }
        finally
        {
            answer?.Dispose();
            if (content is not null)
            {
                await content.CloseAsync().ConfigureAwait(false);
                content.Dispose();
            }
        }
    }

    private IReadOnlyList<ReadOnlyMemory<byte>> Compress(IReadOnlyList<ReadOnlyMemory<byte>> body, PooledBufferWriter output)
    {
        if (_options.Compression == ClientCompression.None)
        {
            return body;
        }

        ClientCompressions.Compress(_options.Compression, _options.CompressionParams.Level, body, output);
        return [output.WrittenMemory];
    }

    /// <summary>
    /// Asks until there is an answer, so that a cluster that is away shows before the first record comes. Deliveries ask by themselves; this only tells.
    /// </summary>
    private async Task ProbeAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        var wait = FirstWait;
        var isDegraded = false;
        while (true)
        {
            string? reason;
            using (var timeout = new CancellationTokenSource(ProbeTimeout, _context.Time))
            using (var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken))
            {
                try
                {
                    reason = await LearnAsync(RequestValues.None, either.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    reason = $"no answer to GET / within {ProbeTimeout.TotalSeconds:0} s";
                }
                catch (InvalidOperationException)
                {
                    // The authenticator wants what only records bring with them: the first delivery asks.
                    return;
                }
                catch (Exception e) when (!cancellationToken.IsCancellationRequested)
                {
                    reason = e.Message;
                }
            }

            if (reason is null)
            {
                if (isDegraded)
                {
                    _context.Health.Set(HealthState.Healthy);
                }

                return;
            }

            isDegraded = true;
            _context.Health.Set(HealthState.Degraded, reason);
            await Task.Delay(wait, _context.Time, cancellationToken).ConfigureAwait(false);
            wait = wait * 2 > LongestWait ? LongestWait : wait * 2;
        }
    }
}
