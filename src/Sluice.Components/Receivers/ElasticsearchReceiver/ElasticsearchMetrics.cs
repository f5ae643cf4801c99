using System.Diagnostics.Metrics;
using Sluice.Components.Receivers.ElasticsearchReceiver.Documents;
using Sluice.Runtime.Contracts;

namespace Sluice.Components.Receivers.ElasticsearchReceiver;

/// <summary>What the receiver knows beyond the intake. Label sets are made once.</summary>
internal sealed class ElasticsearchMetrics
{
    private static readonly string[] CallNames = ["bulk", "document", "information", "setup", "other"];
    private static readonly string[] OutcomeNames =
    [
        "accepted", "bad_data", "too_large", "busy", "unavailable", "unauthorized", "not_found", "method_not_allowed", "unsupported_media_type", "conflict", "timed_out",
        "aborted",
    ];

    private readonly Counter<long> _requests;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _bodies;
    private readonly KeyValuePair<string, object?>[][] _requestTags;
    private readonly KeyValuePair<string, object?>[] _tags;

    public ElasticsearchMetrics(ComponentContext context, DocumentIds? ids)
    {
        _tags = context.MetricTags;
        _requests = context.Meter.CreateCounter<long>("sluice_elasticsearch_answered_requests", "{request}", "Requests answered, by what they ask for and outcome.");
        _refused = context.Meter.CreateCounter<long>("sluice_elasticsearch_refused_documents", "{document}", "Items of bulk requests that were refused while the others were taken.");
        _bodies = context.Meter.CreateCounter<long>("sluice_elasticsearch_request_body", "By", "Bytes of request bodies read, inflated.");
        if (ids is not null)
        {
            context.Meter.CreateObservableCounter(
                "sluice_elasticsearch_forgotten_ids",
                () => new Measurement<long>(ids.Forgotten, _tags),
                "{document}",
                "Ids of created documents that are known no more because there were too many.");
        }

        _requestTags =
        [
            .. CallNames.SelectMany(_ => OutcomeNames, (call, outcome) => (KeyValuePair<string, object?>[])[.. _tags, new("call", call), new("outcome", outcome)]),
        ];
    }

    public void CountAnswer(ElasticsearchCall call, ElasticsearchOutcome outcome) =>
        _requests.Add(1, _requestTags[((int)call * OutcomeNames.Length) + (int)outcome]);

    public void CountRefused(int documents)
    {
        if (documents > 0)
        {
            _refused.Add(documents, _tags);
        }
    }

    public void CountBody(int length) => _bodies.Add(length, _tags);
}
