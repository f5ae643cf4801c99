using System.Text;
using System.Text.Json.Nodes;
using Sluice.Components.Receivers.ElasticsearchReceiver;
using Sluice.Runtime.Contracts;
using Sluice.Testing;
using Sluice.Testing.Components;

namespace Sluice.Components.Tests.Receivers.ElasticsearchReceiver;

/// <summary>Documents with ids of their clients, with <c>remember_ids_for</c>.</summary>
public sealed class RememberedIdsTests : IAsyncDisposable
{
    private readonly ComponentWorkbench _workbench = new(new ManualTimeProvider());
    private readonly HttpClient _http = new();
    private readonly JournalIntake _intake;
    private IReceiver? _receiver;

    public RememberedIdsTests() => _intake = new JournalIntake(_workbench.Journal);

    [Fact]
    public async Task What_was_created_is_not_created_again_also_after_a_restart()
    {
        await StartAsync();

        Assert.Equal("201 201 201", await BulkAsync(("create", "journal", "1"), ("create", "journal", "2"), ("create", "other", "1")));
        Assert.Equal("409 201", await BulkAsync(("create", "journal", "1"), ("create", "journal", "3")));
        await StartAsync();
        Assert.Equal("409 409 409 409", await BulkAsync(("create", "journal", "1"), ("create", "journal", "2"), ("create", "journal", "3"), ("create", "other", "1")));

        Assert.Equal(["journal 1", "journal 2", "other 1", "journal 3"], _intake.Bodies);
        Assert.Equal(2, _intake.Submissions);
    }

    [Fact]
    public async Task A_document_that_comes_twice_in_a_request_is_created_once()
    {
        await StartAsync();

        Assert.Equal("201 409 201", await BulkAsync(("create", "journal", "1"), ("create", "journal", "1"), ("create", "journal", "2")));

        Assert.Equal(["journal 1", "journal 2"], _intake.Bodies);
    }

    [Fact]
    public async Task What_is_not_created_is_not_remembered()
    {
        await StartAsync();
        _intake.Refusal = new IntakeResult(IntakeStatus.Busy, default, TimeSpan.FromSeconds(1), "full");
        Assert.Equal("429", await BulkAsync(("create", "journal", "1")));
        _intake.Refusal = null;

        Assert.Equal("201", await BulkAsync(("create", "journal", "1")));
        Assert.Equal("400 201", await SendAsync("{\"create\":{\"_index\":\"journal\",\"_id\":\"2\"}}\n{\n{\"create\":{\"_index\":\"journal\",\"_id\":\"2\"}}\n{\"message\":\"second\"}\n"));
        Assert.Equal("201 201", await BulkAsync(("index", "journal", "1"), ("index", "journal", "1")));
        Assert.Equal("201 201", await SendAsync("{\"create\":{\"_index\":\"journal\"}}\n{\"message\":\"x\"}\n{\"create\":{\"_index\":\"journal\"}}\n{\"message\":\"y\"}\n"));
    }

    [Fact]
    public async Task Who_comes_while_it_is_on_its_way_is_told_to_come_again()
    {
        await StartAsync();
        var gate = new TaskCompletionSource();
        _intake.Gate = gate.Task;
        var first = BulkAsync(("create", "journal", "1"));
        await Eventually.TrueAsync(() => _intake.Submissions == 1, "the first reached the intake");

        Assert.Equal("429", await BulkAsync(("create", "journal", "1")));
        gate.SetResult();

        Assert.Equal("201", await first);
        Assert.Equal("409", await BulkAsync(("create", "journal", "1")));
    }

    [Fact]
    public async Task A_document_that_comes_alone_is_created_once()
    {
        await StartAsync();

        Assert.Equal(201, await PutAsync("/journal/_create/1"));
        Assert.Equal(409, await PutAsync("/journal/_create/1"));
        Assert.Equal(201, await PutAsync("/journal/_doc/1"));
        Assert.Equal("409", await BulkAsync(("create", "journal", "1")));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_receiver is not null)
        {
            await _receiver.StopAsync(TestContext.Current.CancellationToken);
            await _receiver.DisposeAsync();
        }

        Assert.Equal(0, _workbench.IntakeBudget.Used);
        await _workbench.DisposeAsync();
    }

    /// <summary>Starts it, or begins again with the same journal, as after a restart of the process.</summary>
    private async Task StartAsync()
    {
        if (_receiver is not null)
        {
            await _receiver.StopAsync(TestContext.Current.CancellationToken);
            await _receiver.DisposeAsync();
        }

        var (options, diagnostics) = ElasticsearchUnderTest.Bind("remember_ids_for: 1h");
        Assert.Empty(diagnostics.Items);
        _receiver = ((IReceiverFactory)new ElasticsearchReceiverFactory()).Create(_workbench.Context(ComponentKind.Receiver, "elasticsearch"), options, _intake);
        await _receiver.StartAsync(TestContext.Current.CancellationToken);
    }

    private Task<string> BulkAsync(params (string Operation, string Index, string Id)[] items) => SendAsync(string.Concat(items.Select(item =>
        $"{{\"{item.Operation}\":{{\"_index\":\"{item.Index}\",\"_id\":\"{item.Id}\"}}}}\n{{\"message\":\"{item.Index} {item.Id}\"}}\n")));

    /// <summary>The statuses of all items, or that of the request where it was refused whole.</summary>
    private async Task<string> SendAsync(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/x-ndjson");
        using var response = await _http.PostAsync(new Uri($"http://{_receiver!.Endpoints[0].Address}/_bulk"), content, TestContext.Current.CancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            return $"{(int)response.StatusCode}";
        }

        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        return string.Join(' ', answer["items"]!.AsArray().Select(item => (int)item!.AsObject().Single().Value!["status"]!));
    }

    private async Task<int> PutAsync(string path)
    {
        using var content = new StringContent("{\"message\":\"alone\"}", Encoding.UTF8, "application/json");
        using var response = await _http.PutAsync(new Uri($"http://{_receiver!.Endpoints[0].Address}{path}"), content, TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }
}
