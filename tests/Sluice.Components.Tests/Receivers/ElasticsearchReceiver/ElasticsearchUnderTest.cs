using System.Net.Http.Headers;
using System.Text;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Logs.V1;
using Sluice.Components.Receivers.ElasticsearchReceiver;
using Sluice.Components.Tests.Receivers.OtlpReceiver;
using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Testing;
using Sluice.Testing.Components;

namespace Sluice.Components.Tests.Receivers.ElasticsearchReceiver;

/// <summary>A started receiver on a free port. Disposing checks that memory and budget are back.</summary>
public sealed class ElasticsearchUnderTest : IAsyncDisposable
{
    private readonly ComponentWorkbench _workbench;
    private readonly HttpClient _http = new();

    private ElasticsearchUnderTest(ComponentWorkbench workbench, IReceiver receiver, RecordingIntake intake)
    {
        _workbench = workbench;
        Receiver = receiver;
        Intake = intake;
    }

    public IReceiver Receiver { get; }

    public RecordingIntake Intake { get; }

    public TestLog Log => _workbench.Log;

    public ManualTimeProvider Time => (ManualTimeProvider)_workbench.Time;

    /// <summary>The records of all requests, in their order.</summary>
    public IReadOnlyList<LogRecord> Records =>
        [.. Requests.SelectMany(request => request.ResourceLogs).SelectMany(resource => resource.ScopeLogs).SelectMany(scope => scope.LogRecords)];

    public IReadOnlyList<ExportLogsServiceRequest> Requests =>
        [.. Intake.Requests.Select(request => ExportLogsServiceRequest.Parser.ParseFrom(request.Payload))];

    public static async Task<ElasticsearchUnderTest> StartAsync(string yaml = "", long intakeLimit = 256 << 20, ExtensionSet? extensions = null)
    {
        var workbench = new ComponentWorkbench(new ManualTimeProvider(), intakeLimit: intakeLimit);
        var (options, diagnostics) = Bind(yaml);
        Assert.Empty(diagnostics.Items);
        var intake = new RecordingIntake();
        var context = workbench.Context(ComponentKind.Receiver, "elasticsearch");
        var receiver = ((IReceiverFactory)new ElasticsearchReceiverFactory()).Create(
            extensions is null ? context : context with { Extensions = extensions }, options, intake);
        await receiver.StartAsync(TestContext.Current.CancellationToken);
        return new ElasticsearchUnderTest(workbench, receiver, intake);
    }

    /// <summary>Reads options as the configuration would.</summary>
    public static (ElasticsearchReceiverOptions Options, DiagnosticBag Diagnostics) Bind(string yaml)
    {
        var loaded = new ConfigurationLoader().Load([ConfigSource.FromText("test.yaml", $"endpoint: 127.0.0.1:0\n{yaml}")]);
        return (OptionBinder.Bind<ElasticsearchReceiverOptions>(loaded.Root, loaded.Diagnostics, "receivers::elasticsearch"), loaded.Diagnostics);
    }

    public Task<ElasticsearchReply> BulkAsync(string path, params string[] lines) =>
        SendAsync(HttpMethod.Post, path, Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))), "application/x-ndjson");

    public Task<ElasticsearchReply> SendAsync(
        HttpMethod method, string path, byte[]? body = null, string? contentType = "application/json", params (string Name, string Value)[] headers) =>
        SendAsync(method, path, body is null ? null : new ByteArrayContent(body), contentType, headers);

    public async Task<ElasticsearchReply> SendAsync(
        HttpMethod method, string path, HttpContent? content, string? contentType, params (string Name, string Value)[] headers)
    {
        if (content is not null && contentType is not null)
        {
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }

        using var request = new HttpRequestMessage(method, new Uri($"http://{Receiver.Endpoints[0].Address}{path}")) { Content = content };
        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                content!.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return new ElasticsearchReply(
            (int)response.StatusCode,
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Receiver.StopAsync(TestContext.Current.CancellationToken);
        await Receiver.DisposeAsync();
        Assert.Equal(0, _workbench.IntakeBudget.Used);
        await _workbench.DisposeAsync();
    }
}
