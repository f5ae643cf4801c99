using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Sluice.Transport.HttpServer;

/// <summary>The <c>Retry-After</c> header of answers (RFC 9110, section 10.2.3).</summary>
public static class RetryAfterHeader
{
    /// <summary>Asks the sender to wait: in whole seconds, rounded up, at least one.</summary>
    public static void Set(HttpResponse response, TimeSpan delay) =>
        response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(delay.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}
