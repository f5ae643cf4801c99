using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Sluice.EndToEnd.Support;
using Sluice.Testing;
using Sluice.Testing.Processes;

namespace Sluice.EndToEnd.Webhooks;

/// <summary>A running Prometheus Alertmanager on a free port.</summary>
internal sealed partial class Alertmanager : IAsyncDisposable
{
    private static readonly string? Program = new[] { "prometheus-alertmanager", "alertmanager" }.FirstOrDefault(Programs.IsInstalled);

    private readonly Process _process;
    private readonly string _directory;
    private readonly HttpClient _http = new();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Alertmanager(Process process, string directory)
    {
        _process = process;
        _directory = directory;
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                _address.TrySetException(new InvalidOperationException("Alertmanager ended."));
            }
            else if (Listening().Match(line.Data) is { Success: true } listening)
            {
                _address.TrySetResult(new Uri($"http://{listening.Groups[1].Value}/api/v2/alerts"));
            }
        };
        process.BeginErrorReadLine();
    }

    /// <summary>Skips the test where it is missing.</summary>
    public static void SkipUnlessInstalled() => Assert.SkipUnless(Program is not null, "prometheus-alertmanager is not installed: run tests/run --install");

    /// <summary>Starts it.</summary>
    /// <param name="configuration">Its configuration, YAML.</param>
    public static async Task<Alertmanager> StartAsync(string configuration)
    {
        var directory = Directory.CreateTempSubdirectory("sluice-alertmanager-").FullName;
        await File.WriteAllTextAsync(Path.Combine(directory, "alertmanager.yml"), configuration);
        var alertmanager = new Alertmanager(
            Process.Start(new ProcessStartInfo(Program!, ["--config.file=alertmanager.yml", "--storage.path=data", "--web.listen-address=127.0.0.1:0", "--cluster.listen-address="])
            {
                WorkingDirectory = directory,
                RedirectStandardError = true,
            })!,
            directory);
        try
        {
            await alertmanager._address.Task.WaitAsync(Eventually.DefaultDeadline);
            return alertmanager;
        }
        catch
        {
            await alertmanager.DisposeAsync();
            throw;
        }
    }

    /// <summary>Says that an alert begins or ends, as Prometheus does.</summary>
    public async Task PostAsync(object alert)
    {
        using var response = await _http.PostAsJsonAsync(await _address.Task, new[] { alert });
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [GeneratedRegex("msg=\"Listening on\" address=(\\S+)")]
    private static partial Regex Listening();
}
