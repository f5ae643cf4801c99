using System.Diagnostics.Metrics;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry;

namespace Sluice.Components.Receivers.OtlpReceiver;

/// <summary>What the receiver knows beyond the intake: transports, answers and sizes. Label sets are made once.</summary>
internal sealed class OtlpReceiverMetrics
{
    private static readonly string[] TransportNames = ["grpc", "http/protobuf", "http/json"];
    private static readonly string[] OutcomeNames =
        ["accepted", "bad_data", "too_large", "busy", "unavailable", "not_served", "timed_out", "aborted", "unauthenticated"];

    private readonly Counter<long> _requests;
    private readonly Counter<long> _bodies;
    private readonly KeyValuePair<string, object?>[][] _requestTags;
    private readonly KeyValuePair<string, object?>[][] _bodyTags;

    public OtlpReceiverMetrics(ComponentContext context)
    {
        _requests = context.Meter.CreateCounter<long>("sluice_receiver_requests", "{request}", "Requests answered, by outcome.");
        _bodies = context.Meter.CreateCounter<long>("sluice_receiver_request_body", "By", "Bytes of request bodies read, inflated.");
        _bodyTags = [.. OtlpSignals.All.SelectMany(_ => TransportNames, (signal, transport) => Tags(context, signal, transport))];
        _requestTags = [.. _bodyTags.SelectMany(_ => OutcomeNames, (tags, outcome) => (KeyValuePair<string, object?>[])[.. tags, new("outcome", outcome)])];
    }

    public void CountBody(Signal signal, OtlpTransport transport, int length) => _bodies.Add(length, _bodyTags[IndexOf(signal, transport)]);

    public void CountAnswer(Signal signal, OtlpTransport transport, OtlpOutcome outcome) =>
        _requests.Add(1, _requestTags[(IndexOf(signal, transport) * OutcomeNames.Length) + (int)outcome]);

    private static int IndexOf(Signal signal, OtlpTransport transport) => ((int)signal * TransportNames.Length) + (int)transport;

    private static KeyValuePair<string, object?>[] Tags(ComponentContext context, Signal signal, string transport) =>
        [.. context.MetricTags, new("signal", OtlpSignals.NameOf(signal)), new("transport", transport)];
}
