using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sluice.Components.Receivers.ElasticsearchReceiver.Bulk;
using Sluice.Components.Receivers.ElasticsearchReceiver.Documents;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry;
using Sluice.Transport.Authentication;
using Sluice.Transport.Bodies;
using Sluice.Transport.HttpServer;

namespace Sluice.Components.Receivers.ElasticsearchReceiver.Http;

/// <summary>Answers requests of the API.</summary>
internal sealed partial class ElasticsearchHandler
{
    private const int LongestId = 512;

    private readonly ComponentContext _context;
    private readonly IIntake _intake;
    private readonly ElasticsearchIngest _ingest;
    private readonly ElasticsearchMetrics _metrics;
    private readonly ElasticsearchPages _pages;
    private readonly IServerAuthenticator? _authenticator;
    private readonly RequestRateLimit? _limit;
    private readonly CorsPolicy? _cors;
    private readonly RequestOrigins _origins;
    private readonly TimeSpan _readTimeout;
    private readonly BodyLimits _limits;
    private readonly string _codings;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<string, bool> _acknowledged = new();
    private volatile bool _closed;

    public ElasticsearchHandler(ComponentContext context, ElasticsearchReceiverOptions options, IIntake intake)
    {
        _context = context;
        _intake = intake;
        _limits = options.BodyLimits;
        var ids = options.RememberIdsFor > TimeSpan.Zero
            ? new DocumentIds(intake.OpenTable(
                $"elasticsearch_ids/{context.Id}", new JournalTableOptions { MaxEntries = options.RememberAtMost, Expiry = options.RememberIdsFor }))
            : null;
        _ingest = new ElasticsearchIngest(context, intake, _limits.MaxSize, ids);
        _metrics = new ElasticsearchMetrics(context, ids);
        _pages = new ElasticsearchPages(options.Version, _limits.MaxSize, context.Time);
        _authenticator = options.Auth is { } auth ? context.Extensions.ServerAuthenticator(auth.Authenticator) : null;
        _limit = options.MaxRequestsPerSecond > 0 ? new RequestRateLimit(options.MaxRequestsPerSecond, context.Time) : null;
        _cors = CorsPolicy.Create(options.Cors);
        _origins = new RequestOrigins(context.Id.ToString(), options.IncludeMetadata, _authenticator?.CredentialHeaders ?? []);
        _readTimeout = options.ReadTimeout;
        _codings = ContentCodingNames.Format(_limits.Codings);
        _logger = context.Logger;
    }

    /// <summary>Refuses requests from now on, so that connections that are kept alive get an answer while the receiver stops.</summary>
    public void Close() => _closed = true;

    /// <summary>Answers a request.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        if (_cors?.Apply(http) == true)
        {
            return;
        }

        // The official clients refuse to talk to anything that does not say so.
        http.Response.Headers["X-Elastic-Product"] = "Elasticsearch";
        var route = ElasticsearchRoute.Of(http.Request.Path);
        var started = _context.Time.GetTimestamp();
        using var lease = new BudgetLease(_context.IntakeBudget);
        var (refusal, subject) = await AdmitAsync(http);
        if (refusal is { } refused)
        {
            await RefuseAsync(http, route.Call, refused);
            return;
        }

        switch (route.Call)
        {
            case ElasticsearchCall.Bulk:
                await BulkAsync(http, route, lease, subject, started);
                break;
            case ElasticsearchCall.Document:
                await DocumentAsync(http, route, lease, subject);
                break;
            case ElasticsearchCall.Information:
                await InformAsync(http, route);
                break;
            case ElasticsearchCall.Setup:
                await SetUpAsync(http, route);
                break;
            default:
                await RefuseAsync(http, route.Call, ElasticsearchAnswer.NotServed(
                    $"{http.Request.Method} {http.Request.Path} is not served: documents are taken here and passed on, and none is kept to be searched, read or changed"));
                break;
        }
    }

    private async Task BulkAsync(HttpContext http, ElasticsearchRoute route, BudgetLease lease, string? subject, long started)
    {
        if (!HttpMethods.IsPost(http.Request.Method) && !HttpMethods.IsPut(http.Request.Method))
        {
            await RefuseMethodAsync(http, route.Call, "POST, PUT");
            return;
        }

        var query = DocumentQuery.Of(http.Request);
        if (Screen(http, route, query) is { } refusal)
        {
            await RefuseAsync(http, route.Call, refusal);
            return;
        }

        var body = await ReadAsync(http, lease);
        if (body.Status != BodyStatus.Ok)
        {
            await RefuseAsync(http, route.Call, AnswerTo(http, body.Status));
            return;
        }

        using var buffer = body.Buffer!;
        using var items = new BulkAnswer(_context.Pool.Buffers, query.IsShort);
        var answer = await _ingest.TakeBulkAsync(
            buffer.Array.AsMemory(0, body.Length), query.Defaults(route.Index), items, lease, _origins.Of(http, subject));
        if (answer.Outcome != ElasticsearchOutcome.Accepted)
        {
            await RefuseAsync(http, route.Call, answer);
            return;
        }

        Count(route.Call, answer);
        _metrics.CountRefused(items.Refused);
        var head = items.Head(_context.Time.GetElapsedTime(started));
        var response = Begin(http, StatusCodes.Status200OK, head.Length + items.Items.Length + BulkAnswer.Tail.Length);
        await response.Body.WriteAsync(head);
        await response.Body.WriteAsync(items.Items);
        await response.Body.WriteAsync(BulkAnswer.Tail);
    }

    private async Task DocumentAsync(HttpContext http, ElasticsearchRoute route, BudgetLease lease, string? subject)
    {
        var method = http.Request.Method;
        if (HttpMethods.IsGet(method) || HttpMethods.IsHead(method))
        {
            await RefuseAsync(http, route.Call, ElasticsearchAnswer.NotFound("documents are taken here and passed on, and none is kept to be read"));
            return;
        }

        if (!HttpMethods.IsPost(method) && (!HttpMethods.IsPut(method) || route.Id is null))
        {
            await RefuseMethodAsync(http, route.Call, route.Id is null ? "POST" : "POST, PUT");
            return;
        }

        var query = DocumentQuery.Of(http.Request);
        if (Screen(http, route, query) is { } refusal)
        {
            await RefuseAsync(http, route.Call, refusal);
            return;
        }

        var body = await ReadAsync(http, lease);
        if (body.Status != BodyStatus.Ok)
        {
            await RefuseAsync(http, route.Call, AnswerTo(http, body.Status));
            return;
        }

        using var buffer = body.Buffer!;
        var defaults = query.Defaults(route.Index);
        var answer = await _ingest.TakeDocumentAsync(
            buffer.Array.AsMemory(0, body.Length), defaults, Encoding.UTF8.GetBytes(route.Id ?? ""), route.IsCreate, lease, _origins.Of(http, subject));
        if (answer.Outcome != ElasticsearchOutcome.Accepted)
        {
            await RefuseAsync(http, route.Call, answer);
            return;
        }

        Count(route.Call, answer);
        using var text = new BulkAnswer(_context.Pool.Buffers, isShort: false);
        text.CreatedAlone(defaults.Index, JsonEncodedText.Encode(route.Id ?? "").EncodedUtf8Bytes);
        await Begin(http, StatusCodes.Status201Created, text.Items.Length).Body.WriteAsync(text.Items);
    }

    private async Task InformAsync(HttpContext http, ElasticsearchRoute route)
    {
        var method = http.Request.Method;
        var isAction = route.Page == ElasticsearchPage.Shards;
        if (!HttpMethods.IsGet(method) && (isAction ? !HttpMethods.IsPost(method) : !HttpMethods.IsHead(method)))
        {
            await RefuseMethodAsync(http, route.Call, isAction ? "GET, POST" : "GET, HEAD");
            return;
        }

        Count(route.Call, ElasticsearchAnswer.Accepted);
        var page = _pages.Get(route.Page, http.Request.Host);
        var response = Begin(http, StatusCodes.Status200OK, page.Length, ElasticsearchPages.TypeOf(route.Page));
        await response.Body.WriteAsync(page);
    }

    /// <summary>
    /// Says that what shippers set up before they send is done. Nothing of it is kept: what they then ask for is not there, so that they set it up
    /// again at their next start.
    /// </summary>
    private async Task SetUpAsync(HttpContext http, ElasticsearchRoute route)
    {
        var method = http.Request.Method;
        var what = http.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries)[0];
        if (HttpMethods.IsPut(method) || (HttpMethods.IsPost(method) && what is "_aliases" or "_template" or "_index_template" or "_component_template"))
        {
            if (_acknowledged.TryAdd(route.Index.Length > 0 ? "index" : what, true))
            {
                LogAcknowledged(method, http.Request.Path.Value!);
            }

            Count(route.Call, ElasticsearchAnswer.Accepted);
            var text = route.Index.Length > 0
                ? Encoding.UTF8.GetBytes($"{{\"acknowledged\":true,\"shards_acknowledged\":true,\"index\":\"{JsonEncodedText.Encode(route.Index)}\"}}")
                : "{\"acknowledged\":true}"u8.ToArray();
            await Begin(http, StatusCodes.Status200OK, text.Length).Body.WriteAsync(text);
        }
        else if (HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsDelete(method))
        {
            await RefuseAsync(http, route.Call, ElasticsearchAnswer.NotFound($"{http.Request.Path} is not there: nothing that clients set up is kept"));
        }
        else
        {
            await RefuseMethodAsync(http, route.Call, "GET, HEAD, PUT, DELETE");
        }
    }

    /// <summary>Why documents are refused before they are read; null when they are not.</summary>
    private ElasticsearchAnswer? Screen(HttpContext http, in ElasticsearchRoute route, in DocumentQuery query)
    {
        if (!_intake.Accepts(Signal.Logs))
        {
            return ElasticsearchAnswer.NotServed($"no pipeline takes logs from the receiver {_context.Id}; add it to one under service::pipelines");
        }

        if (!DocumentQuery.IsJson(http.Request.ContentType))
        {
            return ElasticsearchAnswer.UnsupportedMediaType(
                $"Content-Type header [{http.Request.ContentType}] is not supported; send application/json, application/x-ndjson or their application/vnd.elasticsearch+ forms");
        }

        if (route.Index.Length > 0 && IndexName.FindFault(Encoding.UTF8.GetBytes(route.Index)) is { } fault)
        {
            return new(ElasticsearchOutcome.BadData, "bad_data", "invalid_index_name_exception", $"the index name \"{route.Index}\" is not valid: {fault}");
        }

        if (query.Condition is { } condition)
        {
            return ElasticsearchAnswer.BadData($"{condition} is a condition on a document that is there already, which cannot be checked here; leave it out");
        }

        return Encoding.UTF8.GetByteCount(route.Id ?? "") > LongestId ? ElasticsearchAnswer.BadData($"the id is longer than {LongestId} bytes") : null;
    }

    private ValueTask<RequestBody> ReadAsync(HttpContext http, BudgetLease lease) => RequestBodyReader.ReadAsync(
        http, _context.Pool.Buffers, _limits, lease, _readTimeout > TimeSpan.Zero ? new RequestDeadline(_context.Time, _readTimeout) : default);

    private async ValueTask<(ElasticsearchAnswer? Refusal, string? Subject)> AdmitAsync(HttpContext http)
    {
        if (_closed)
        {
            return (ElasticsearchAnswer.ShuttingDown, null);
        }

        string? subject = null;
        if (_authenticator is not null)
        {
            try
            {
                var result = await _authenticator.AuthenticateAsync(HttpHeaderLookup.Of(http), CancellationToken.None);
                if (!result.IsAuthenticated)
                {
                    http.Response.Headers.WWWAuthenticate = result.Challenge;
                    return (ElasticsearchAnswer.Unauthorized(result.Reason!), null);
                }

                subject = result.Subject;
            }
            catch (Exception e)
            {
                LogUnchecked(e);
                return (ElasticsearchAnswer.Unchecked, null);
            }
        }

        return _limit is null || _limit.TryTake() ? (null, subject) : (ElasticsearchAnswer.Throttled, null);
    }

    /// <summary>The answer to a body that could not be read.</summary>
    private ElasticsearchAnswer AnswerTo(HttpContext http, BodyStatus status)
    {
        switch (status)
        {
            case BodyStatus.UnsupportedCoding:
                http.Response.Headers.AcceptEncoding = _codings;
                return ElasticsearchAnswer.UnsupportedMediaType($"the content encoding \"{http.Request.Headers.ContentEncoding}\" is not taken here; use {_codings}");
            case BodyStatus.TooLarge:
                return ElasticsearchAnswer.TooLarge($"the body is larger than {_limits.MaxSize} bytes (max_request_body_size), as sent or inflated");
            case BodyStatus.OverBudget:
                return ElasticsearchAnswer.OverBudget;
            case BodyStatus.Corrupt:
                return ElasticsearchAnswer.BadData($"the body is not valid {http.Request.Headers.ContentEncoding} data: truncated or corrupt");
            case BodyStatus.Malformed:
                return ElasticsearchAnswer.BadData("the HTTP framing of the body is broken");
            case BodyStatus.TimedOut:
                return ElasticsearchAnswer.TimedOut;
            default:
                return ElasticsearchAnswer.Aborted;
        }
    }

    private void Count(ElasticsearchCall call, in ElasticsearchAnswer answer)
    {
        _metrics.CountAnswer(call, answer.Outcome);
        if (answer.Reason.Length > 0)
        {
            _intake.CountRefused(Signal.Logs, answer.Reason);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The credentials of a sender could not be checked")]
    private partial void LogUnchecked(Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Method} {Path} was acknowledged: clients set up templates, policies and pipelines, and Sluice keeps none of them")]
    private partial void LogAcknowledged(string method, string path);
}
