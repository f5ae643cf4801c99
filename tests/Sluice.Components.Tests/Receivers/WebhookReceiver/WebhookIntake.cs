using System.Collections.Concurrent;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Logs.V1;
using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Tests.Receivers.WebhookReceiver;

/// <summary>Commits table entries to a real journal, and keeps the records that it is given. What it is given must stand a check of everything.</summary>
public sealed class WebhookIntake(IJournal journal) : IIntake
{
    private readonly ConcurrentQueue<(ResourceLogs Resource, LogRecord Record)> _records = new();
    private readonly ConcurrentQueue<string> _refusals = new();
    private readonly ConcurrentQueue<LogRecord> _rejected = new();
    private int _submissions;

    /// <summary>What requests are answered instead of being taken; null to take them.</summary>
    public IntakeResult? Refusal { get; set; }

    /// <summary>Completed at once unless a test holds requests back before they are durable.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public IReadOnlyList<(ResourceLogs Resource, LogRecord Record)> Records => [.. _records];

    /// <summary>The events of refusals, which are in none of the others.</summary>
    public IReadOnlyList<LogRecord> Rejected => [.. _rejected];

    public IReadOnlyList<string> Refusals => [.. _refusals];

    public RequestContext? LastContext { get; private set; }

    /// <summary>Requests with webhooks that came here.</summary>
    public int Submissions => Volatile.Read(ref _submissions);

    public bool Accepts(Signal signal) => signal == Signal.Logs;

    public JournalTable OpenTable(string name, JournalTableOptions options) => journal.OpenTable(name, options);

    public async ValueTask<IntakeResult> SubmitAsync(EnvelopeBatch batch, RequestContext context, ReadOnlyMemory<TablePut> puts = default)
    {
        using (batch)
        {
            // A level of a value takes four messages, more than the parser reads by default.
            using var input = CodedInputStream.CreateWithLimits(new MemoryStream(batch.Payload.ToArray()), int.MaxValue, recursionLimit: 512);
            var request = ExportLogsServiceRequest.Parser.ParseFrom(input);
            CheckWhole(batch);
            if (request.ResourceLogs[0].ScopeLogs[0].LogRecords[0] is { EventName: "sluice.webhook.rejected" or "sluice.cloudevents.rejected" } rejected)
            {
                _rejected.Enqueue(rejected);
                return IntakeResult.Accepted(default);
            }

            // Once it is counted, the test may hold back the next.
            var gate = Gate;
            LastContext = context;
            Interlocked.Increment(ref _submissions);
            await gate;
            if (Refusal is { } refusal)
            {
                return refusal;
            }

            var group = journal.CreateGroup();
            foreach (var entry in puts.ToArray())
            {
                group.Put(entry.Table, entry.Key.Span, entry.Value.Span);
            }

            Assert.True((await journal.CommitAsync(group)).Committed);
            foreach (var resource in request.ResourceLogs)
            {
                foreach (var record in resource.ScopeLogs.SelectMany(scope => scope.LogRecords))
                {
                    _records.Enqueue((resource, record));
                }
            }

            return IntakeResult.Accepted(batch.Rejections);
        }
    }

    /// <summary>The receiver vouches for what it writes, and does not have it checked: this does.</summary>
    private static void CheckWhole(EnvelopeBatch batch)
    {
        var buffers = new BufferPool();
        var buffer = buffers.Rent(batch.Payload.Length, "records of a webhook");
        batch.Payload.CopyTo(buffer.Span);
        var result = OtlpIndexer.Index(Signal.Logs, buffer, 0, batch.Payload.Length, new TelemetryPool(buffers), IndexLimits.Default);
        Assert.Equal(IndexStatus.Ok, result.Status);
        using var whole = result.Batch!;
        Assert.Equal(0, whole.Rejections.Records);
        Assert.Equal(whole.Count, batch.Count);
        for (var i = 0; i < whole.Count; i++)
        {
            Assert.Equal(whole.Envelopes[i], batch.Envelopes[i]);
        }
    }

    public void CountRefused(Signal signal, string reason) => _refusals.Enqueue(reason);
}
