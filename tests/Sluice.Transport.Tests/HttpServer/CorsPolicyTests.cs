using Microsoft.AspNetCore.Http;
using Sluice.Transport.HttpServer;

namespace Sluice.Transport.Tests.HttpServer;

public sealed class CorsPolicyTests
{
    private static readonly CorsOptions Options = new()
    {
        AllowedOrigins = ["https://app.example.com", "https://*.shop.example.com"],
        AllowedHeaders = ["X-Tenant"],
        ExposedHeaders = ["Retry-After"],
        MaxAge = 600,
    };

    [Fact]
    public void Without_origins_there_is_no_policy()
    {
        Assert.Null(CorsPolicy.Create(null));
        Assert.Null(CorsPolicy.Create(new CorsOptions()));
    }

    [Theory]
    [InlineData("https://app.example.com", true)]
    [InlineData("https://APP.example.com", true)]
    [InlineData("https://eu.shop.example.com", true)]
    [InlineData("https://shop.example.com", false)]
    [InlineData("http://app.example.com", false)]
    [InlineData("https://app.example.com.evil.net", false)]
    [InlineData("https://evil.net/.shop.example.com.evil", false)]
    [InlineData("null", false)]
    public void An_allowed_origin_may_read_the_answer(string origin, bool allowed)
    {
        var (context, isPreflight) = Send("POST", origin);

        Assert.False(isPreflight);
        Assert.Equal(allowed ? origin : "", context.Response.Headers.AccessControlAllowOrigin.ToString());
        Assert.Equal(allowed ? "true" : "", context.Response.Headers.AccessControlAllowCredentials.ToString());
        Assert.Equal(allowed ? "Retry-After" : "", context.Response.Headers.AccessControlExposeHeaders.ToString());
        Assert.Equal("Origin", context.Response.Headers.Vary);
    }

    [Theory]
    [InlineData("https://app.example.com", "POST", "x-tenant, content-type", true)]
    [InlineData("https://app.example.com", "POST", "", true)]
    [InlineData("https://app.example.com", "POST", "x-other", false)]
    [InlineData("https://app.example.com", "DELETE", "", false)]
    [InlineData("https://evil.net", "POST", "", false)]
    public void A_preflight_request_is_answered_with_what_is_allowed(string origin, string method, string headers, bool allowed)
    {
        var (context, isPreflight) = Send("OPTIONS", origin, method, headers);

        Assert.True(isPreflight);
        Assert.Equal(204, context.Response.StatusCode);
        Assert.Equal(allowed ? "POST" : "", context.Response.Headers.AccessControlAllowMethods.ToString());
        Assert.Equal(allowed ? headers : "", context.Response.Headers.AccessControlAllowHeaders.ToString());
        Assert.Equal(allowed ? "600" : "", context.Response.Headers.AccessControlMaxAge.ToString());
        Assert.Equal(allowed ? origin : "", context.Response.Headers.AccessControlAllowOrigin.ToString());
    }

    [Fact]
    public void A_star_allows_any_header()
    {
        var policy = CorsPolicy.Create(new CorsOptions { AllowedOrigins = ["*"], AllowedHeaders = ["*"] })!;
        var (context, _) = Send("OPTIONS", "https://any.example", "POST", "x-whatever", policy);

        Assert.Equal("x-whatever", context.Response.Headers.AccessControlAllowHeaders);
        Assert.Equal("https://any.example", context.Response.Headers.AccessControlAllowOrigin);
    }

    [Fact]
    public void A_request_that_no_browser_sent_is_left_alone()
    {
        var (context, isPreflight) = Send("POST", null);

        Assert.False(isPreflight);
        Assert.Empty(context.Response.Headers);
    }

    private static (HttpContext Context, bool IsPreflight) Send(
        string method, string? origin, string? asked = null, string? headers = null, CorsPolicy? policy = null)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Request.Headers.Origin = origin;
        if (asked is not null)
        {
            context.Request.Headers.AccessControlRequestMethod = asked;
            context.Request.Headers.AccessControlRequestHeaders = headers;
        }

        return (context, (policy ?? CorsPolicy.Create(Options)!).Apply(context));
    }
}
