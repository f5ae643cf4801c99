using System.Diagnostics.Metrics;
using System.Net.Http.Headers;
using System.Text;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Logs.V1;
using Sluice.Components.Receivers.WebhookReceiver;
using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Testing;
using Sluice.Testing.Components;

namespace Sluice.Components.Tests.Receivers.WebhookReceiver;

/// <summary>A started receiver on a free port, with a journal in memory behind it. Disposing checks that memory and budget are back.</summary>
public sealed class WebhookUnderTest : IAsyncDisposable
{
    private readonly ComponentWorkbench _workbench;
    private readonly HttpClient _http = new();

    private WebhookUnderTest(ComponentWorkbench workbench, IReceiver receiver, WebhookIntake intake)
    {
        _workbench = workbench;
        Receiver = receiver;
        Intake = intake;
    }

    public IReceiver Receiver { get; private set; }

    public WebhookIntake Intake { get; }

    public ManualTimeProvider Time => (ManualTimeProvider)_workbench.Time;

    public Meter Meter => _workbench.Meter;

    /// <summary>Starts a receiver with the endpoints written in YAML, and other keys behind them.</summary>
    public static async Task<WebhookUnderTest> StartAsync(string endpoints, string other = "", DateTimeOffset? now = null, long intakeLimit = 64 << 20)
    {
        var workbench = new ComponentWorkbench(now is { } time ? new ManualTimeProvider(time) : new ManualTimeProvider(), intakeLimit: intakeLimit);
        var intake = new WebhookIntake(workbench.Journal);
        var test = new WebhookUnderTest(workbench, null!, intake);
        await test.RestartAsync(endpoints, other);
        return test;
    }

    /// <summary>Reads options as the configuration would.</summary>
    public static (WebhookReceiverOptions Options, DiagnosticBag Diagnostics) Bind(string endpoints, string other = "")
    {
        var yaml = $"endpoint: 127.0.0.1:0\nendpoints:\n{endpoints}\n{other}";
        var loaded = new ConfigurationLoader().Load([ConfigSource.FromText("test.yaml", yaml)]);
        return (OptionBinder.Bind<WebhookReceiverOptions>(loaded.Root, loaded.Diagnostics, "receivers::webhook"), loaded.Diagnostics);
    }

    /// <summary>Begins again with the same journal, as after a restart of the process.</summary>
    public async Task RestartAsync(string endpoints, string other = "")
    {
        if (Receiver is not null)
        {
            await Receiver.StopAsync(TestContext.Current.CancellationToken);
            await Receiver.DisposeAsync();
        }

        var (options, diagnostics) = Bind(endpoints, other);
        Assert.Empty(diagnostics.Items);
        Receiver = ((IReceiverFactory)new WebhookReceiverFactory()).Create(_workbench.Context(ComponentKind.Receiver, "webhook"), options, Intake);
        await Receiver.StartAsync(TestContext.Current.CancellationToken);
    }

    public Task<WebhookReply> PostAsync(string path, string body, params (string Name, string Value)[] headers) =>
        PostAsync(path, Encoding.UTF8.GetBytes(body), "application/json", headers);

    public Task<WebhookReply> PostAsync(string path, byte[] body, string? contentType, params (string Name, string Value)[] headers)
    {
        var content = new ByteArrayContent(body);
        if (contentType is not null)
        {
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }

        return SendAsync(HttpMethod.Post, path, content, headers);
    }

    public async Task<WebhookReply> SendAsync(HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri($"http://{Receiver.Endpoints[0].Address}{path}")) { Content = content };
        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                content!.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return new WebhookReply(
            (int)response.StatusCode,
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>The attributes as text, lists and maps in Google's JSON.</summary>
    public static Dictionary<string, string> Attributes(LogRecord record) => record.Attributes.ToDictionary(attribute => attribute.Key, attribute => Text(attribute.Value));

    public static Dictionary<string, string> Resource(ResourceLogs resource) => resource.Resource.Attributes.ToDictionary(attribute => attribute.Key, attribute => Text(attribute.Value));

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Receiver.StopAsync(TestContext.Current.CancellationToken);
        await Receiver.DisposeAsync();
        Assert.Equal(0, _workbench.IntakeBudget.Used);
        await _workbench.DisposeAsync();
    }

    private static string Text(AnyValue value) => value.ValueCase switch
    {
        AnyValue.ValueOneofCase.StringValue => value.StringValue,
        AnyValue.ValueOneofCase.IntValue => value.IntValue.ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };
}
