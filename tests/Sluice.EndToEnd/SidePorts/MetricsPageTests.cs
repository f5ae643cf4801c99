using System.Text;
using Sluice.Testing;
using Sluice.Testing.Processes;

namespace Sluice.EndToEnd.SidePorts;

public sealed class MetricsPageTests
{
    [Fact]
    public async Task Every_metric_that_is_served_is_on_the_page_about_metrics_with_its_type()
    {
        await using var sluice = await SluiceProcess.StartAsync(SluiceProcess.FreePorts);
        using var client = new HttpClient();
        using var record = new StringContent(
            """{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"hello"}}]}]}]}""", Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri($"http://{sluice.Endpoints["otlp/http"]}/v1/logs"), record);
        answer.EnsureSuccessStatusCode();
        var page = await File.ReadAllTextAsync(GoldenFile.PathOf("docs/metrics.md"));

        var exposition = await client.GetStringAsync(new Uri($"http://{sluice.Endpoints["metrics"]}/metrics"));

        var types = exposition.Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line.Split(' ')).ToArray();
        Assert.NotEmpty(types);
        Assert.All(types, type => Assert.Contains($"| `{type[2]}` | {type[3]} |", page, StringComparison.Ordinal));
    }
}
