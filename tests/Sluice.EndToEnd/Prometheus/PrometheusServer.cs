using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sluice.Testing;
using Sluice.Testing.Processes;

namespace Sluice.EndToEnd.Prometheus;

/// <summary>A running Prometheus on a free port, which scrapes one address every 200 ms, or takes remote writes.</summary>
internal sealed partial class PrometheusServer : IAsyncDisposable
{
    private const string Program = "prometheus";

    private readonly Process _process;
    private readonly string _directory;
    private readonly HttpClient _http = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private PrometheusServer(Process process, string directory)
    {
        _process = process;
        _directory = directory;
        var isReady = false;
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                _ready.TrySetException(new InvalidOperationException("Prometheus ended."));
            }
            else if (Listening().Match(line.Data) is { Success: true } listening)
            {
                Address = listening.Groups[1].Value;
            }
            else if (line.Data.Contains("Server is ready to receive web requests", StringComparison.Ordinal))
            {
                // Before that everything asked of it is "503 Service Unavailable".
                isReady = true;
            }

            // Two parts of it say so, each when it is there.
            if (isReady && Address.Length > 0)
            {
                _ready.TrySetResult();
            }
        };
        process.BeginErrorReadLine();
    }

    /// <summary>Its host and port.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Skips the test where it is missing.</summary>
    public static void SkipUnlessInstalled() => Assert.SkipUnless(Programs.IsInstalled(Program), "prometheus is not installed: run tests/run --install");

    /// <summary>Starts one that scrapes.</summary>
    /// <param name="target">Host and port to scrape.</param>
    /// <param name="native">Whether it takes native histograms, and so asks for protobuf.</param>
    public static Task<PrometheusServer> StartAsync(string target, bool native = false) => StartAsync($$"""
        global: {scrape_interval: 1s, scrape_timeout: 1s}
        scrape_configs:
          - {job_name: sluice, honor_labels: true, static_configs: [{targets: ["{{target}}"]}]}
        """, [], native);

    /// <summary>Starts one that takes remote writes, native histograms among them, and scrapes nothing.</summary>
    public static Task<PrometheusServer> StartReceiverAsync() => StartAsync("global: {}", [], native: true);

    /// <summary>Starts it with a whole configuration.</summary>
    /// <param name="configuration">The text of <c>prometheus.yml</c>.</param>
    /// <param name="ruleFiles">Files that are copied into the folder <c>rules</c> beside it.</param>
    /// <param name="native">Whether it takes native histograms, and so asks for protobuf.</param>
    /// <param name="files">Further files beside it, by name; <c>web.yml</c> among them says who may ask it, and how.</param>
    public static async Task<PrometheusServer> StartAsync(
        string configuration, IEnumerable<string> ruleFiles, bool native = false, IReadOnlyDictionary<string, string>? files = null)
    {
        var directory = Directory.CreateTempSubdirectory("sluice-prometheus-").FullName;
        await File.WriteAllTextAsync(Path.Combine(directory, "prometheus.yml"), configuration);
        Directory.CreateDirectory(Path.Combine(directory, "rules"));
        foreach (var file in ruleFiles)
        {
            File.Copy(file, Path.Combine(directory, "rules", Path.GetFileName(file)));
        }

        foreach (var (name, content) in files ?? new Dictionary<string, string>())
        {
            await File.WriteAllTextAsync(Path.Combine(directory, name), content);
        }

        string[] web = files?.ContainsKey("web.yml") == true ? ["--web.config.file=web.yml"] : [];
        var server = new PrometheusServer(
            Process.Start(new ProcessStartInfo(
                Program,
                ["--config.file=prometheus.yml", "--storage.tsdb.path=data", "--web.listen-address=127.0.0.1:0", "--web.enable-remote-write-receiver", $"--enable-feature=exemplar-storage{(native ? ",native-histograms" : "")}", .. web])
            {
                WorkingDirectory = directory,
                RedirectStandardError = true,
            })!,
            directory);
        try
        {
            await server._ready.Task.WaitAsync(Eventually.DefaultDeadline);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The series that a query finds now, each by its labels as JSON, with its value as text.</summary>
    public async Task<IReadOnlyList<(JsonObject Labels, string Value)>> QueryAsync(string query)
    {
        var answer = await GetAsync($"query?query={Uri.EscapeDataString(query)}");
        return [.. answer["data"]!["result"]!.AsArray().Select(one => (one!["metric"]!.AsObject(), one["value"]![1]!.GetValue<string>()))];
    }

    /// <summary>The native histogram that a query finds now: count, sum, and its buckets as bounds and counts; null for none.</summary>
    public async Task<JsonObject?> NativeHistogramAsync(string query)
    {
        var answer = await GetAsync($"query?query={Uri.EscapeDataString(query)}");
        return answer["data"]!["result"]!.AsArray().SingleOrDefault()?["histogram"]?[1]?.AsObject();
    }

    /// <summary>The labels of the exemplars that series have.</summary>
    public async Task<IReadOnlyList<JsonObject>> ExemplarsAsync(string query)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var answer = await GetAsync($"query_exemplars?query={Uri.EscapeDataString(query)}&start={now - 600}&end={now + 60}");
        return [.. answer["data"]!.AsArray().SelectMany(series => series!["exemplars"]!.AsArray()).Select(exemplar => exemplar!["labels"]!.AsObject())];
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task<JsonObject> GetAsync(string path)
    {
        using var response = await _http.GetAsync(new Uri($"http://{Address}/api/v1/{path}"));
        var answer = (await response.Content.ReadFromJsonAsync<JsonObject>())!;
        Assert.True((string?)answer["status"] == "success", $"{path}: {answer}");
        return answer;
    }

    [GeneratedRegex("msg=\"Listening on\" address=(\\S+)")]
    private static partial Regex Listening();
}
