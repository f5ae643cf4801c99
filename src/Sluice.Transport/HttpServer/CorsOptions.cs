using Sluice.Configuration;

namespace Sluice.Transport.HttpServer;

/// <summary>What scripts of other origins may do in browsers: the Collector's <c>cors</c>.</summary>
public sealed record CorsOptions : IValidatableOptions
{
    /// <summary>Origins that may send.</summary>
    [Option("Origins that may send from a browser, such as https://example.com; * stands for any text, in one place of each: https://*.example.com.")]
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Headers that their requests may have.</summary>
    [Option("Headers that their requests may have besides accept, content-type, origin and x-requested-with; [\"*\"] for any.")]
    public IReadOnlyList<string> AllowedHeaders { get; init; } = [];

    /// <summary>Headers of answers that scripts may read.</summary>
    [Option("Headers of answers that scripts may read besides those that the Fetch standard lets them.")]
    public IReadOnlyList<string> ExposedHeaders { get; init; } = [];

    /// <summary>How long a browser may keep the answer to a preflight request; zero for its own default.</summary>
    [Option("How long a browser may keep the answer to a preflight request; 0 for its own default, 5 seconds.", Unit = "seconds", Min = 0)]
    public int MaxAge { get; init; }

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        foreach (var origin in AllowedOrigins)
        {
            if (origin.Length == 0 || origin.AsSpan().Count('*') > 1 || origin.Any(c => c is <= ' ' or > '~') || (origin.Length > 1 && origin.EndsWith('/')))
            {
                context.Error("allowed_origins", $"\"{origin}\" is not an origin", "write scheme, host and port as browsers send them, such as https://example.com, with one * at most");
            }
        }

        Check("allowed_headers", AllowedHeaders.Where(name => name != "*"));
        Check("exposed_headers", ExposedHeaders);

        void Check(string key, IEnumerable<string> names)
        {
            foreach (var name in names.Where(name => !HeaderRules.IsName(name)))
            {
                context.Error(key, $"\"{name}\" is not the name of a header", "write a name such as X-Tenant");
            }
        }
    }
}
