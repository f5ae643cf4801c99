using System.Collections.Frozen;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Sluice.Transport.HttpServer;

/// <summary>A few fixed paths that can only be read: what side ports such as metrics and health are made of.</summary>
public static class ReadOnlyRoutes
{
    /// <summary>Serves GET and HEAD on these paths; 404 elsewhere, 405 for other methods. The server drops the body of an answer to HEAD.</summary>
    public static RequestDelegate Serve(IReadOnlyDictionary<string, RequestDelegate> routes)
    {
        var table = routes.ToFrozenDictionary(StringComparer.Ordinal);
        var known = string.Join(", ", routes.Keys);
        return context =>
        {
            if (!table.TryGetValue(context.Request.Path.Value ?? "", out var route))
            {
                return WriteTextAsync(context, StatusCodes.Status404NotFound, $"nothing is here; there is {known}\n");
            }

            if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
            {
                return route(context);
            }

            context.Response.Headers.Allow = "GET, HEAD";
            return WriteTextAsync(context, StatusCodes.Status405MethodNotAllowed, "only GET and HEAD are served here\n");
        };
    }

    private static Task WriteTextAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask();
    }
}
