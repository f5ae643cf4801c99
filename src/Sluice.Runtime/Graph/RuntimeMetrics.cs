using System.Diagnostics.Metrics;
using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Health;

namespace Sluice.Runtime.Graph;

/// <summary>The observable metrics of a runtime: what is asked when somebody scrapes.</summary>
internal static class RuntimeMetrics
{
    public static void Register(Meter meter, IRuntimeStatus status, IJournal journal, ByteBudget intake, TimeProvider time)
    {
        meter.CreateObservableGauge("sluice_intake_in_flight", () => intake.Used, "By", "Memory of requests in flight.");
        meter.CreateObservableGauge("sluice_intake_limit", () => intake.Limit, "By", "Memory that requests in flight may take.");
        meter.CreateObservableGauge("sluice_journal_size", () => journal.GetStatus().Bytes, "By", "Bytes held by the journal.");
        meter.CreateObservableGauge("sluice_journal_limit", () => journal.GetStatus().MaxBytes, "By", "Bytes that the journal may hold.");
        meter.CreateObservableCounter("sluice_journal_committed_groups", () => journal.GetStatus().Groups, "{group}", "Groups committed.");
        meter.CreateObservableCounter("sluice_journal_committed_records", () => journal.GetStatus().Records, "{record}", "Records committed.");
        meter.CreateObservableCounter("sluice_journal_refused_groups", () => journal.GetStatus().RefusedGroups, "{group}", "Groups refused.");
        meter.CreateObservableGauge("sluice_consumer_lag_records", () => Lag(journal, lag => lag.Records), "{record}", "Records not yet settled, by exporter.");
        meter.CreateObservableGauge("sluice_consumer_lag_size", () => Lag(journal, lag => lag.Bytes), "By", "Bytes not yet settled, by exporter.");
        meter.CreateObservableGauge("sluice_consumer_lag_age", () => Age(journal, time), "s", "Age of the oldest record not yet settled, by exporter.");
        meter.CreateObservableCounter("sluice_consumer_dropped_records", () => Dropped(journal), "{record}", "Records dropped because their exporter lagged too far.");
        meter.CreateObservableGauge("sluice_component_state", () => States(status), "{state}", "1 for the present state of each component.");
        meter.CreateObservableCounter("sluice_pipeline_records", () => Pipelines(status), "{record}", "The ledger of each pipeline, by account.");
    }

    private static IEnumerable<Measurement<long>> Lag(IJournal journal, Func<JournalLag, long> value) =>
        journal.GetStatus().Consumers.Select(consumer => new Measurement<long>(value(consumer.Lag), Exporter(consumer)));

    private static IEnumerable<Measurement<double>> Age(IJournal journal, TimeProvider time)
    {
        var now = time.GetUnixNano();
        return journal.GetStatus().Consumers.Select(consumer => new Measurement<double>(
            consumer.Lag.OldestUnixNano == 0 ? 0 : Math.Max(0, now - consumer.Lag.OldestUnixNano) / 1e9, Exporter(consumer)));
    }

    private static IEnumerable<Measurement<long>> Dropped(IJournal journal) =>
        journal.GetStatus().Consumers.Select(consumer => new Measurement<long>(consumer.DroppedRecords, Exporter(consumer)));

    private static IEnumerable<Measurement<int>> States(IRuntimeStatus status) =>
        from component in status.Components
        from state in Enum.GetValues<HealthState>()
        select new Measurement<int>(
            component.Health.State == state ? 1 : 0,
            new KeyValuePair<string, object?>("kind", component.Kind.ToString().ToLowerInvariant()),
            new KeyValuePair<string, object?>("component", component.Id),
            new KeyValuePair<string, object?>("state", state.ToString().ToLowerInvariant()));

    private static IEnumerable<Measurement<long>> Pipelines(IRuntimeStatus status)
    {
        foreach (var line in status.Ledger)
        {
            yield return Account(line.Pipeline, "accepted", line.Accepted);
            yield return Account(line.Pipeline, "filtered", line.Filtered);
            yield return Account(line.Pipeline, "sampled_out", line.SampledOut);
            yield return Account(line.Pipeline, "rejected", line.Rejected);
            yield return Account(line.Pipeline, "committed", line.Committed);
        }
    }

    private static Measurement<long> Account(string pipeline, string account, long value) => new(
        value, new KeyValuePair<string, object?>("pipeline", pipeline), new KeyValuePair<string, object?>("account", account));

    private static KeyValuePair<string, object?> Exporter(JournalConsumerStatus consumer) => new("exporter", consumer.Name);
}
