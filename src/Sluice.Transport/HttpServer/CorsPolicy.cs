using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Sluice.Transport.HttpServer;

/// <summary>
/// Answers browsers that ask whether a script of another origin may send, and marks the answers that it may read (Fetch standard, CORS
/// protocol). It refuses nothing: a request without the marks is served, and the browser keeps its answer from the script.
/// </summary>
public sealed class CorsPolicy
{
    private const string AllowedMethods = "POST";

    /// <summary>What is allowed without being named, as in the Collector.</summary>
    private static readonly string[] AlwaysAllowed = ["accept", "content-type", "origin", "x-requested-with"];

    private readonly List<(string Start, string? End)> _origins;
    private readonly bool _anyHeader;
    private readonly HashSet<string> _headers;
    private readonly StringValues _exposed;
    private readonly StringValues _maxAge;

    private CorsPolicy(CorsOptions options)
    {
        _origins = [.. options.AllowedOrigins.Select(Split)];
        _anyHeader = options.AllowedHeaders.Contains("*");
        _headers = new HashSet<string>([.. AlwaysAllowed, .. options.AllowedHeaders], StringComparer.OrdinalIgnoreCase);
        _exposed = options.ExposedHeaders.Count == 0 ? default : new StringValues(string.Join(", ", options.ExposedHeaders));
        _maxAge = options.MaxAge == 0 ? default : new StringValues(options.MaxAge.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The policy for what is configured; null when no other origin may send.</summary>
    public static CorsPolicy? Create(CorsOptions? options) => options is null || options.AllowedOrigins.Count == 0 ? null : new CorsPolicy(options);

    /// <summary>Marks the answer to a request from a browser.</summary>
    /// <returns>True when it was a preflight request, which is answered with that: credentials and methods are of no matter to it.</returns>
    public bool Apply(HttpContext context)
    {
        var request = context.Request.Headers;
        string? origin = request.Origin;
        if (string.IsNullOrEmpty(origin))
        {
            return false;
        }

        var isPreflight = HttpMethods.IsOptions(context.Request.Method) && request.AccessControlRequestMethod.Count > 0;
        var response = context.Response.Headers;
        response.Vary = isPreflight ? "Origin, Access-Control-Request-Method, Access-Control-Request-Headers" : "Origin";
        if (isPreflight)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }

        if (!IsAllowed(origin) || (isPreflight && !AllowsPreflight(request)))
        {
            return isPreflight;
        }

        response.AccessControlAllowOrigin = origin;
        response.AccessControlAllowCredentials = "true";
        if (!isPreflight)
        {
            response.AccessControlExposeHeaders = _exposed;
            return false;
        }

        response.AccessControlAllowMethods = AllowedMethods;

        // With credentials a star would be the name of a header, so the names that were asked for are given back.
        response.AccessControlAllowHeaders = request.AccessControlRequestHeaders;
        response.AccessControlMaxAge = _maxAge;
        return true;
    }

    private bool IsAllowed(string origin)
    {
        foreach (var (start, end) in _origins)
        {
            var matches = end is null
                ? origin.Equals(start, StringComparison.OrdinalIgnoreCase)
                : origin.Length >= start.Length + end.Length
                    && origin.StartsWith(start, StringComparison.OrdinalIgnoreCase)
                    && origin.EndsWith(end, StringComparison.OrdinalIgnoreCase);
            if (matches)
            {
                return true;
            }
        }

        return false;
    }

    private bool AllowsPreflight(IHeaderDictionary request) =>
        request.AccessControlRequestMethod == AllowedMethods
        && (_anyHeader || request.AccessControlRequestHeaders.ToString()
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .All(_headers.Contains));

    private static (string Start, string? End) Split(string origin)
    {
        var star = origin.IndexOf('*', StringComparison.Ordinal);
        return star < 0 ? (origin, null) : (origin[..star], origin[(star + 1)..]);
    }
}
