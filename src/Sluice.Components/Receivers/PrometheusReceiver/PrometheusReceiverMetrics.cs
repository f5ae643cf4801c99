using System.Diagnostics.Metrics;
using Sluice.Runtime.Contracts;

namespace Sluice.Components.Receivers.PrometheusReceiver;

/// <summary>What the receiver knows beyond the intake.</summary>
internal sealed class PrometheusReceiverMetrics
{
    private readonly Counter<long> _scrapes;
    private readonly Counter<long> _lost;
    private readonly Counter<long> _incomplete;
    private readonly Counter<long> _mistimed;
    private readonly KeyValuePair<string, object?>[] _tags;

    public PrometheusReceiverMetrics(ComponentContext context, Func<IEnumerable<(string Job, int Targets)>> targets)
    {
        _tags = context.MetricTags;
        _scrapes = context.Meter.CreateCounter<long>("sluice_prometheus_receiver_scrapes", "{scrape}", "Scrapes, by job and whether they succeeded.");
        _lost = context.Meter.CreateCounter<long>("sluice_prometheus_receiver_lost_scrapes", "{scrape}", "Scrapes that the journal did not take before the next was due.");
        _incomplete = context.Meter.CreateCounter<long>("sluice_prometheus_receiver_incomplete_points", "{point}", "Histograms and summaries that were left out since their count was missing, by job.");
        _mistimed = context.Meter.CreateCounter<long>("sluice_prometheus_receiver_mistimed_samples", "{sample}", "Samples and exemplars that were left out since their time is before 1970 or more than 10 minutes ahead, by job.");
        context.Meter.CreateObservableGauge(
            "sluice_prometheus_receiver_targets",
            () => targets().Select(job => new Measurement<long>(job.Targets, [.. _tags, new("scrape_job", job.Job)])),
            "{target}",
            "Targets that are scraped, by job.");
    }

    /// <summary>Counts nothing: without a zero before it, the first of each would be no increase to Prometheus.</summary>
    public void Begin(string job)
    {
        _scrapes.Add(0, TagsOf(job, succeeded: true));
        _scrapes.Add(0, TagsOf(job, succeeded: false));
        _lost.Add(0, [.. _tags, new("scrape_job", job)]);
        _incomplete.Add(0, [.. _tags, new("scrape_job", job)]);
        _mistimed.Add(0, [.. _tags, new("scrape_job", job)]);
    }

    public void CountScrape(string job, bool succeeded) => _scrapes.Add(1, TagsOf(job, succeeded));

    public void CountLost(string job) => _lost.Add(1, [.. _tags, new("scrape_job", job)]);

    public void CountIncomplete(string job, int points) => _incomplete.Add(points, [.. _tags, new("scrape_job", job)]);

    public void CountMistimed(string job, int samples) => _mistimed.Add(samples, [.. _tags, new("scrape_job", job)]);

    private KeyValuePair<string, object?>[] TagsOf(string job, bool succeeded) => [.. _tags, new("scrape_job", job), new("outcome", succeeded ? "success" : "failure")];
}
