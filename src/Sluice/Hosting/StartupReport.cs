using Sluice.Runtime.Contracts;

namespace Sluice.Hosting;

/// <summary>What a user sees when Sluice has started: what listens where, and what to try.</summary>
internal static class StartupReport
{
    /// <summary>Writes it.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="endpoints">What listens.</param>
    /// <param name="dataDirectory">Where the data are.</param>
    /// <param name="hasStore">Whether there is a store to search.</param>
    public static void Write(TextWriter output, IReadOnlyList<BoundEndpoint> endpoints, string dataDirectory, bool hasStore)
    {
        output.WriteLine("Sluice is running.");
        var width = endpoints.Count == 0 ? 0 : endpoints.Max(endpoint => endpoint.Name.Length);
        foreach (var endpoint in endpoints)
        {
            output.WriteLine($"  {endpoint.Name.PadRight(width)}  {endpoint.Address,-21}  {endpoint.Description}");
        }

        output.WriteLine($"  {"data".PadRight(width)}  {dataDirectory}");
        if (endpoints.FirstOrDefault(endpoint => endpoint.Name.EndsWith("/http", StringComparison.Ordinal)) is { } http)
        {
            output.WriteLine("Try:");
            output.WriteLine($"  OTEL_EXPORTER_OTLP_ENDPOINT=http://{http.Address} with any OpenTelemetry SDK, or");
            output.WriteLine(
                $$$"""  curl -H 'Content-Type: application/json' http://{{{http.Address}}}/v1/logs -d '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"hello"}}]}]}]}'""");
        }

        if (hasStore && endpoints.FirstOrDefault(endpoint => endpoint.Name == "api") is { } api)
        {
            output.WriteLine($"  sluice search hello --api http://{api.Address}");
        }

        output.Flush();
    }
}
