using System.Net.Http.Headers;
using System.Text;
using OpenTelemetry.Proto.Logs.V1;
using Sluice.Components.Receivers.CloudEventsReceiver;
using Sluice.Components.Tests.Receivers.WebhookReceiver;
using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Testing;
using Sluice.Testing.Components;

namespace Sluice.Components.Tests.Receivers.CloudEventsReceiver;

/// <summary>A started receiver on a free port, with a journal in memory behind it. Disposing checks that memory and budget are back.</summary>
public sealed class CloudEventsUnderTest : IAsyncDisposable
{
    public const string Structured = "application/cloudevents+json";
    public const string Batched = "application/cloudevents-batch+json; charset=UTF-8";

    private readonly ComponentWorkbench _workbench = new(new ManualTimeProvider(), intakeLimit: 64 << 20);
    private readonly HttpClient _http = new();

    private CloudEventsUnderTest() => Intake = new WebhookIntake(_workbench.Journal);

    public IReceiver Receiver { get; private set; } = null!;

    public WebhookIntake Intake { get; }

    public IReadOnlyList<LogRecord> Records => [.. Intake.Records.Select(item => item.Record)];

    /// <summary>Starts a receiver with these options, in YAML.</summary>
    public static async Task<CloudEventsUnderTest> StartAsync(string options = "")
    {
        var test = new CloudEventsUnderTest();
        await test.RestartAsync(options);
        return test;
    }

    /// <summary>Reads options as the configuration would.</summary>
    public static (CloudEventsReceiverOptions Options, DiagnosticBag Diagnostics) Bind(string options)
    {
        var loaded = new ConfigurationLoader().Load([ConfigSource.FromText("test.yaml", $"endpoint: 127.0.0.1:0\n{options}")]);
        return (OptionBinder.Bind<CloudEventsReceiverOptions>(loaded.Root, loaded.Diagnostics, "receivers::cloudevents"), loaded.Diagnostics);
    }

    /// <summary>An event as JSON.</summary>
    public static string Event(string id, string members = "", string source = "/shop") =>
        $$"""{"specversion":"1.0","id":"{{id}}","source":"{{source}}","type":"com.example.paid"{{members}}}""";

    /// <summary>Begins again with the same journal, as after a restart of the process.</summary>
    public async Task RestartAsync(string options = "")
    {
        if (Receiver is not null)
        {
            await Receiver.StopAsync(TestContext.Current.CancellationToken);
            await Receiver.DisposeAsync();
        }

        var (bound, diagnostics) = Bind(options);
        Assert.Empty(diagnostics.Items);
        Receiver = ((IReceiverFactory)new CloudEventsReceiverFactory()).Create(_workbench.Context(ComponentKind.Receiver, "cloudevents"), bound, Intake);
        await Receiver.StartAsync(TestContext.Current.CancellationToken);
    }

    public Task<WebhookReply> PostAsync(string contentType, string body, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, "/", contentType, Encoding.UTF8.GetBytes(body), headers);

    public Task<WebhookReply> PostBinaryAsync(string id, string? contentType, byte[] body, params (string Name, string Value)[] headers) =>
        SendAsync(
            HttpMethod.Post, "/", contentType, body, [("ce-specversion", "1.0"), ("ce-id", id), ("ce-source", "/shop"), ("ce-type", "com.example.paid"), .. headers]);

    public async Task<WebhookReply> SendAsync(HttpMethod method, string path, string? contentType, byte[]? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri($"http://{Receiver.Endpoints[0].Address}{path}"));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        }

        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return new WebhookReply(
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
