using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sluice.Api.Endpoints;
using Sluice.Api.Parameters;
using Sluice.Runtime.Graph;
using Sluice.Runtime.Replay;
using Sluice.Store;

namespace Sluice.Api;

/// <summary>Finds the endpoint of a request, limits what searches may take, and turns failures into answers.</summary>
internal sealed class ApiRouter : IDisposable
{
    public const string Prefix = "/api/v1/";

    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(10);

    private readonly ApiOptions _options;
    private readonly StoreReader? _store;
    private readonly ApiSources _sources;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _searches;
    private readonly IReadOnlyList<ApiEndpoint> _endpoints;
    private readonly IndexEndpoint _index;

    public ApiRouter(ApiOptions options, StoreReader? store, ApiSources sources, TimeProvider time, ILogger logger)
    {
        _options = options;
        _store = store;
        _sources = sources;
        _time = time;
        _logger = logger;
        _searches = new SemaphoreSlim(options.MaxConcurrentQueries);
        _endpoints =
        [
            new LogsEndpoint(eventsOnly: false), new LogsEndpoint(eventsOnly: true), new TracesEndpoint(), new TraceEndpoint(), new ServicesEndpoint(),
            new HistogramEndpoint(), new MetricsEndpoint(), new MetricNamesEndpoint(), new StatusEndpoint(), new LedgerEndpoint(),
            new ReplaysEndpoint(), new ReplayEndpoint(), new StartReplayEndpoint(), new CancelReplayEndpoint(),
            new DeadLettersEndpoint(), new DeadLetterEndpoint(), new ReplayDeadLettersEndpoint(),
        ];
        _index = new IndexEndpoint(_endpoints);
    }

    /// <summary>Answers a request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var response = context.Response;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        try
        {
            RequestGuard.Check(context.Request);
            var (endpoint, value) = Find(context.Request);
            await AnswerAsync(context, endpoint, value).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to answer.
        }
        catch (Exception error) when (!response.HasStarted)
        {
            await Answer.ErrorAsync(response, Explain(error)).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // Half the answer is out; breaking the connection is the only way left to say that it is not whole.
            _logger.LogWarning(error, "The answer to {Path} could not be finished", context.Request.Path);
            context.Abort();
        }
    }

    public void Dispose() => _searches.Dispose();

    private async Task AnswerAsync(HttpContext context, ApiEndpoint endpoint, string pathValue)
    {
        var now = _time.GetUtcNow();
        var isPost = endpoint.Method == HttpMethods.Post;
        var parameters = new QueryParameters(context.Request.Query, isPost ? [] : endpoint.Parameters, now);
        var body = isPost ? await JsonBody.ReadAsync(context.Request, endpoint.Parameters, now, context.RequestAborted).ConfigureAwait(false) : null;
        var request = new ApiRequest(parameters, pathValue, _store, _sources, body, now);
        if (endpoint.IsSearch)
        {
            await WaitForTurnAsync(context).ConfigureAwait(false);
        }

        try
        {
            // The time limit is that of the search; waiting for a turn has its own.
            using var timeout = new CancellationTokenSource(_options.QueryTimeout, _time);
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, context.RequestAborted);
            await using var answer = new Answer(context.Response);
            await endpoint.HandleAsync(request, answer, linked.Token).ConfigureAwait(false);
            await answer.SendAsync(linked.Token).ConfigureAwait(false);
        }
        finally
        {
            if (endpoint.IsSearch)
            {
                _searches.Release();
            }
        }
    }

    /// <summary>Waits until a search may begin.</summary>
    /// <exception cref="ApiException">503: the others took too long.</exception>
    private async Task WaitForTurnAsync(HttpContext context)
    {
        using var patience = new CancellationTokenSource(MaxWait, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, context.RequestAborted);
        try
        {
            await _searches.WaitAsync(linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            context.Response.Headers.RetryAfter = "5";
            throw new ApiException(StatusCodes.Status503ServiceUnavailable, "Too many searches are running.", expected: "a later attempt");
        }
    }

    /// <exception cref="ApiException">404 or 405.</exception>
    private (ApiEndpoint Endpoint, string PathValue) Find(HttpRequest request)
    {
        var path = request.Path.Value ?? "";
        var found = FindAll(path.TrimEnd('/').Length + 1 == Prefix.Length ? Prefix : path.TrimEnd('/'));
        if (found.Count == 0)
        {
            throw new ApiException(StatusCodes.Status404NotFound, $"There is nothing at {path}.", expected: $"a path listed at {Prefix}");
        }

        var method = HttpMethods.IsHead(request.Method) ? HttpMethods.Get : request.Method;
        foreach (var candidate in found)
        {
            if (HttpMethods.Equals(candidate.Endpoint.Method, method))
            {
                return candidate;
            }
        }

        var served = found.SelectMany(candidate => candidate.Endpoint.Method == HttpMethods.Get ? [HttpMethods.Get, HttpMethods.Head] : new[] { candidate.Endpoint.Method }).ToList();
        request.HttpContext.Response.Headers.Allow = string.Join(", ", served);
        throw new ApiException(StatusCodes.Status405MethodNotAllowed, $"{request.Method} is not served here.", expected: string.Join(" or ", served));
    }

    /// <summary>The endpoints of a path: one for each method that it serves.</summary>
    private List<(ApiEndpoint Endpoint, string PathValue)> FindAll(string path)
    {
        var found = new List<(ApiEndpoint, string)>();
        if (!path.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return found;
        }

        var rest = path[Prefix.Length..];
        if (rest.Length == 0)
        {
            found.Add((_index, ""));
            return found;
        }

        foreach (var endpoint in _endpoints)
        {
            var brace = endpoint.Path.IndexOf('{', StringComparison.Ordinal);
            if (brace < 0 ? rest == endpoint.Path : IsBelow(rest, endpoint.Path[..brace]))
            {
                found.Add((endpoint, brace < 0 ? "" : rest[brace..]));
            }
        }

        return found;
    }

    private static bool IsBelow(string path, string parent) =>
        path.Length > parent.Length && path.StartsWith(parent, StringComparison.Ordinal) && !path.AsSpan(parent.Length).Contains('/');

    private ApiException Explain(Exception error)
    {
        switch (error)
        {
            case ApiException known:
                return known;
            case OperationCanceledException:
                return new ApiException(
                    StatusCodes.Status503ServiceUnavailable,
                    $"The search took longer than {_options.QueryTimeout.TotalSeconds:0} s and was cut off.",
                    expected: "a shorter range of time, or a search with a rarer word; service::api::query_timeout sets the limit");
            case ReplayException replay:
                return new ApiException(StatusOf(replay.Problem), replay.Message, expected: replay.Expected);
            case StoreException store:
                _logger.LogWarning(store, "A search failed");
                return new ApiException(StatusCodes.Status500InternalServerError, $"The store could not be searched: {store.Message}");
            default:
                _logger.LogError(error, "A request failed");
                return new ApiException(StatusCodes.Status500InternalServerError, "The request failed; the log says why.");
        }
    }

    private static int StatusOf(ReplayProblem problem) => problem switch
    {
        ReplayProblem.Unknown => StatusCodes.Status404NotFound,
        ReplayProblem.Conflict => StatusCodes.Status409Conflict,
        _ => StatusCodes.Status503ServiceUnavailable,
    };
}
