using Microsoft.AspNetCore.Http;
using Sluice.Runtime.Contracts;

namespace Sluice.Transport.Authentication;

/// <summary>The headers of HTTP and gRPC requests as authenticators see them.</summary>
public static class HttpHeaderLookup
{
    private static readonly Func<object, string, string?> Find = static (headers, name) =>
    {
        var values = ((IHeaderDictionary)headers)[name];
        return values.Count == 0 ? null : values.ToString();
    };

    /// <summary>The headers of a request.</summary>
    public static HeaderLookup Of(HttpContext context) => new(context.Request.Headers, Find);
}
