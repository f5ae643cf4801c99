using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Sluice.Components.Receivers.HttpEvents;
using Sluice.Runtime.Contracts;

namespace Sluice.Components.Receivers.WebhookReceiver;

/// <summary>What the receiver knows beyond the intake. Label sets of answers are made once.</summary>
internal sealed class WebhookMetrics
{
    private static readonly string[] OutcomeNames =
    [
        "accepted", "repeated", "handshake", "bad_data", "unauthorized", "not_found", "method_not_allowed", "unsupported_media_type", "too_large", "busy",
        "unavailable", "timed_out", "aborted",
    ];

    private readonly Counter<long> _requests;
    private readonly Counter<long> _verified;
    private readonly Dictionary<string, KeyValuePair<string, object?>[][]> _requestTags = [];
    private readonly ConcurrentDictionary<(string Endpoint, int Secret), KeyValuePair<string, object?>[]> _verifiedTags = new();
    private readonly KeyValuePair<string, object?>[] _tags;

    public WebhookMetrics(ComponentContext context, IReadOnlyList<WebhookEndpoint> endpoints)
    {
        _tags = context.MetricTags;
        _requests = context.Meter.CreateCounter<long>("sluice_webhook_answered_requests", "{request}", "Requests answered, by outcome; the endpoint is empty where none was meant.");
        _verified = context.Meter.CreateCounter<long>("sluice_webhook_verified_requests", "{request}", "Requests that proved to come from a sender, by the index of its secret.");
        foreach (var name in endpoints.Select(endpoint => endpoint.Name).Append(""))
        {
            _requestTags[name] = [.. OutcomeNames.Select(outcome => (KeyValuePair<string, object?>[])[.. _tags, new("endpoint", name), new("outcome", outcome)])];
        }

        context.Meter.CreateObservableCounter(
            "sluice_webhook_forgotten_deliveries",
            () => endpoints.Where(endpoint => endpoint.Deliveries is not null).Select(endpoint =>
                new Measurement<long>(endpoint.Deliveries!.Forgotten, [.. _tags, new("endpoint", endpoint.Name)])),
            "{delivery}",
            "Deliveries whose repeats are known no more because there were too many.");
    }

    public void CountAnswer(string endpoint, EventOutcome outcome) => _requests.Add(1, _requestTags[endpoint][(int)outcome]);

    public void CountVerified(string endpoint, int secret) => _verified.Add(1, _verifiedTags.GetOrAdd(
        (endpoint, secret), static (key, tags) => [.. tags, new("endpoint", key.Endpoint), new("secret", key.Secret)], _tags));
}
