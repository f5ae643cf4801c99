using OpenTelemetry.Proto.Collector.Logs.V1;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry;

namespace Sluice.Components.Tests.Receivers.ElasticsearchReceiver;

/// <summary>Commits table entries to a real journal, and keeps the bodies of the records that it is given.</summary>
public sealed class JournalIntake(IJournal journal) : IIntake
{
    private readonly Lock _gate = new();
    private readonly List<string> _bodies = [];

    /// <summary>What requests are answered instead of being taken; null to take them.</summary>
    public IntakeResult? Refusal { get; set; }

    /// <summary>Completed at once unless a test holds requests back before they are durable.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Requests that came here.</summary>
    public int Submissions { get; private set; }

    public IReadOnlyList<string> Bodies
    {
        get
        {
            lock (_gate)
            {
                return [.. _bodies];
            }
        }
    }

    public bool Accepts(Signal signal) => signal == Signal.Logs;

    public JournalTable OpenTable(string name, JournalTableOptions options) => journal.OpenTable(name, options);

    public async ValueTask<IntakeResult> SubmitAsync(EnvelopeBatch batch, RequestContext context, ReadOnlyMemory<TablePut> puts = default)
    {
        using (batch)
        {
            // Once it is counted, the test may hold back the next.
            var gate = Gate;
            lock (_gate)
            {
                Submissions++;
            }

            var request = ExportLogsServiceRequest.Parser.ParseFrom(batch.Payload.ToArray());
            await gate;
            if (Refusal is { } refusal)
            {
                return refusal;
            }

            var group = journal.CreateGroup();
            foreach (var entry in puts.ToArray())
            {
                for (var start = 0; start < entry.Key.Length; start += entry.KeyLength)
                {
                    group.Put(entry.Table, entry.Key.Span.Slice(start, entry.KeyLength), entry.Value.Span);
                }
            }

            Assert.True((await journal.CommitAsync(group)).Committed);
            lock (_gate)
            {
                _bodies.AddRange(request.ResourceLogs.SelectMany(resource => resource.ScopeLogs).SelectMany(scope => scope.LogRecords).Select(record => record.Body.StringValue));
            }

            return IntakeResult.Accepted(batch.Rejections);
        }
    }

    public void CountRefused(Signal signal, string reason)
    {
    }
}
