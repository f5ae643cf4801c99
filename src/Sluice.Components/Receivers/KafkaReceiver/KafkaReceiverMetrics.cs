using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Sluice.Components.Receivers.KafkaReceiver.Reading;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry;

namespace Sluice.Components.Receivers.KafkaReceiver;

/// <summary>What the receiver knows beyond the intake. Label sets are made once.</summary>
internal sealed class KafkaReceiverMetrics
{
    private readonly Counter<long> _messages;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _unreadable;
    private readonly Counter<long> _rebalances;
    private readonly Counter<long> _pauses;
    private readonly Counter<long> _failedCommits;
    private readonly KeyValuePair<string, object?>[] _tags;
    private readonly KeyValuePair<string, object?>[][] _signalTags;
    private readonly ConcurrentDictionary<string, KeyValuePair<string, object?>[]> _topicTags = new(StringComparer.Ordinal);

    public KafkaReceiverMetrics(ComponentContext context)
    {
        _tags = context.MetricTags;
        _signalTags = [.. ((string[])["logs", "traces", "metrics"]).Select(signal => (KeyValuePair<string, object?>[])[.. _tags, new("signal", signal)])];
        _messages = context.Meter.CreateCounter<long>("sluice_kafka_receiver_messages", "{message}", "Messages read, those read again included.");
        _bytes = context.Meter.CreateCounter<long>("sluice_kafka_receiver_bytes", "By", "Values of messages read, decompressed.");
        _unreadable = context.Meter.CreateCounter<long>("sluice_kafka_receiver_dead_lettered_messages", "{message}", "Messages that could not be read and are in the dead letters, by topic.");
        _rebalances = context.Meter.CreateCounter<long>("sluice_kafka_receiver_rebalances", "{rebalance}", "How often partitions came or went.");
        _pauses = context.Meter.CreateCounter<long>("sluice_kafka_receiver_pauses", "{pause}", "How often reading paused since the journal took nothing.");
        _failedCommits = context.Meter.CreateCounter<long>("sluice_kafka_receiver_failed_commits", "{commit}", "Commits of offsets that failed and were repeated with the next.");
        context.Meter.CreateObservableGauge(
            "sluice_kafka_receiver_lag",
            () => Lag.Select(lag => new Measurement<long>(lag.Messages, [.. _tags, new("topic", lag.Topic), new("partition", lag.Partition)])),
            "{message}",
            "Messages behind what is durable here, by partition that this instance has.");
        context.Meter.CreateObservableGauge(
            "sluice_kafka_receiver_partitions", () => new Measurement<long>(Lag.Count, _tags), "{partition}", "Partitions that this instance has.");
    }

    /// <summary>The partitions that this instance has, as they were seen last.</summary>
    public IReadOnlyList<PartitionLag> Lag { get; set; } = [];

    public void CountMessage(Signal signal, int bytes)
    {
        _messages.Add(1, _signalTags[(int)signal]);
        _bytes.Add(bytes, _signalTags[(int)signal]);
    }

    public void CountUnreadable(string topic) =>
        _unreadable.Add(1, _topicTags.GetOrAdd(topic, static (name, tags) => [.. tags, new("topic", name)], _tags));

    public void CountRebalance() => _rebalances.Add(1, _tags);

    public void CountPause() => _pauses.Add(1, _tags);

    public void CountFailedCommit() => _failedCommits.Add(1, _tags);
}
