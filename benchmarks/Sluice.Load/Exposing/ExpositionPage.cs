using System.Globalization;
using System.Text;

namespace Sluice.Load.Exposing;

/// <summary>What an instance of a service exposes of its routes in the text format 0.0.4: of each counters by status, a gauge, and a histogram.</summary>
internal static class ExpositionPage
{
    /// <summary>Samples of a route: four counters, a gauge, and a histogram with eight bounds.</summary>
    public const int SamplesPerRoute = 16;

    private const string Requests = "http_server_requests_total";
    private const string Active = "http_server_active_requests";
    private const string Durations = "http_server_request_duration_seconds";

    private static readonly string[] Statuses = ["200", "400", "404", "500"];
    private static readonly string[] Bounds = ["0.005", "0.01", "0.025", "0.05", "0.1", "0.5", "1", "5"];

    /// <summary>Writes a page.</summary>
    /// <param name="samples">A multiple of <see cref="SamplesPerRoute"/>.</param>
    public static byte[] Create(int samples)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(samples % SamplesPerRoute, 0, nameof(samples));
        var routes = samples / SamplesPerRoute;
        var text = new StringBuilder();
        Family(text, Requests, "counter", "How many requests were answered.");
        for (var route = 0; route < routes; route++)
        {
            foreach (var status in Statuses)
            {
                text.Append(CultureInfo.InvariantCulture, $"{Requests}{{{Labels(route)},code=\"{status}\"}} {(route * 7919) + status[0]}\n");
            }
        }

        Family(text, Active, "gauge", "How many requests are under way.");
        for (var route = 0; route < routes; route++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Active}{{{Labels(route)}}} {route % 50}\n");
        }

        Family(text, Durations, "histogram", "How long requests took.");
        for (var route = 0; route < routes; route++)
        {
            for (var bound = 0; bound < Bounds.Length; bound++)
            {
                text.Append(CultureInfo.InvariantCulture, $"{Durations}_bucket{{{Labels(route)},le=\"{Bounds[bound]}\"}} {(route + 1) * (bound + 1)}\n");
            }

            var count = (route + 1) * (Bounds.Length + 1);
            text.Append(CultureInfo.InvariantCulture, $"{Durations}_bucket{{{Labels(route)},le=\"+Inf\"}} {count}\n");
            text.Append(CultureInfo.InvariantCulture, $"{Durations}_sum{{{Labels(route)}}} {count * 0.0123:0.0000}\n");
            text.Append(CultureInfo.InvariantCulture, $"{Durations}_count{{{Labels(route)}}} {count}\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Family(StringBuilder text, string name, string type, string help) => text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");

    private static string Labels(int route) => string.Create(CultureInfo.InvariantCulture, $"method=\"{(route % 3 == 0 ? "POST" : "GET")}\",route=\"/api/v1/resources/{route:00000}\"");
}
