using System.Diagnostics.Metrics;
using Sluice.Components.Receivers.HttpEvents;
using Sluice.Runtime.Contracts;

namespace Sluice.Components.Receivers.CloudEventsReceiver;

/// <summary>What the receiver knows beyond the intake. Label sets are made once.</summary>
internal sealed class CloudEventsMetrics
{
    private static readonly string[] OutcomeNames =
    [
        "accepted", "repeated", "handshake", "bad_data", "unauthorized", "not_found", "method_not_allowed", "unsupported_media_type", "too_large", "busy",
        "unavailable", "timed_out", "aborted",
    ];

    private static readonly string[] ModeNames = ["", "binary", "structured", "batched"];

    private readonly Counter<long> _requests;
    private readonly Counter<long> _repeated;
    private readonly KeyValuePair<string, object?>[][][] _requestTags;
    private readonly KeyValuePair<string, object?>[] _tags;

    public CloudEventsMetrics(ComponentContext context, DeliveryLog deliveries)
    {
        _tags = context.MetricTags;
        _requests = context.Meter.CreateCounter<long>("sluice_cloudevents_answered_requests", "{request}", "Requests answered, by content mode and outcome; the mode is empty where it was not looked at.");
        _repeated = context.Meter.CreateCounter<long>("sluice_cloudevents_repeated_events", "{event}", "Events that were not taken again, since their source and id are known.");
        _requestTags = [.. ModeNames.Select(mode => OutcomeNames.Select(outcome =>
            (KeyValuePair<string, object?>[])[.. _tags, new("mode", mode), new("outcome", outcome)]).ToArray())];
        context.Meter.CreateObservableCounter(
            "sluice_cloudevents_forgotten_deliveries",
            () => new Measurement<long>(deliveries.Forgotten, _tags),
            "{event}",
            "Events whose repeats are known no more because there were too many.");
    }

    public void CountAnswer(ContentMode mode, EventOutcome outcome) => _requests.Add(1, _requestTags[(int)mode][(int)outcome]);

    public void CountRepeated(int events) => _repeated.Add(events, _tags);
}
