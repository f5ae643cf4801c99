using System.Globalization;
using System.Text;
using Sluice.Buffers;
using Sluice.Components.Receivers.PrometheusReceiver.Conversion;
using Sluice.Components.Receivers.PrometheusReceiver.Parsing;
using Sluice.Components.Receivers.PrometheusReceiver.Series;
using Sluice.Components.Receivers.PrometheusReceiver.Targets;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Receivers.PrometheusReceiver.Scraping;

/// <summary>How many samples a target exposed, and how many of them rules left.</summary>
internal readonly record struct SampleCounts(int Scraped, int Kept)
{
    /// <summary>Samples of those that were kept, and exemplars, that are left out for their times.</summary>
    public int Mistimed { get; init; }

    /// <summary>The first of those with its time, for people; null when there is none.</summary>
    public string? FirstMistimed { get; init; }
}

/// <summary>Reads what a target exposes: puts the labels of the target to those of samples, applies the rules, and makes points of what is left.</summary>
internal sealed class SampleFeed
{
    private readonly IReadOnlyList<RelabelRule> _rules;
    private readonly bool _trimSuffixes;
    private readonly ScrapeOptions _job;
    private readonly (byte[] Name, byte[] Value)[] _labels;
    private readonly Func<string, bool> _isOfTargetInfo;
    private readonly byte[] _attributes;

    public SampleFeed(Target target, ScrapeOptions job, IReadOnlyList<RelabelRule> rules, bool trimSuffixes)
    {
        _rules = rules;
        _trimSuffixes = trimSuffixes;
        _job = job;
        _labels = [.. target.Labels.Select(label => (Encoding.UTF8.GetBytes(label.Key), Encoding.UTF8.GetBytes(label.Value)))];
        _isOfTargetInfo = name => name is not ("job" or "instance") && !target.Labels.ContainsKey(name);
        var attributes = new ByteScratch();
        foreach (var (name, value) in target.Labels.Where(label => label.Key is not ("job" or "instance")))
        {
            AttributeFields.Append(attributes, OtlpFields.NumberDataPoint.Attributes, Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(value));
        }

        _attributes = attributes.Span.ToArray();
        (Job, Instance) = (Encoding.UTF8.GetBytes(target.Labels["job"]), Encoding.UTF8.GetBytes(target.Labels["instance"]));
    }

    /// <summary>The job of the target.</summary>
    public byte[] Job { get; }

    /// <summary>The instance of the target.</summary>
    public byte[] Instance { get; }

    /// <summary>The other labels of the target, as fields of a point.</summary>
    public ReadOnlySpan<byte> Attributes => _attributes;

    /// <summary>Reads an exposition. Samples and exemplars that are before 1970, or too far ahead, are left out.</summary>
    /// <param name="exposition">UTF-8, in one piece or several of whole lines.</param>
    /// <param name="isOpenMetrics">Whether it is OpenMetrics; otherwise the text format.</param>
    /// <param name="latestUnixMs">The latest time that a sample may have.</param>
    /// <param name="series">Gets the points.</param>
    /// <param name="buffers">The memory of the scrape.</param>
    /// <exception cref="ExpositionException">It is no exposition; <paramref name="series"/> has what stood before.</exception>
    public SampleCounts Read(ReadOnlySpan<ReadOnlyMemory<byte>> exposition, bool isOpenMetrics, long latestUnixMs, TargetSeries series, ScrapeBuffers buffers)
    {
        var line = buffers.Line;
        var reader = new ExpositionReader(isOpenMetrics, line);
        var grouping = new PointGrouping(series, buffers, _trimSuffixes);
        var (scraped, kept, mistimed) = (0, 0, 0);
        string? first = null;
        for (var piece = 0; piece < exposition.Length; piece++)
        {
            reader.Continue(exposition[piece].Span, isLast: piece + 1 == exposition.Length);
            while (reader.Read())
            {
                if (line.Kind != ExpositionLineKind.Sample)
                {
                    series.Describe(reader.Name, line.Kind, line.Type, reader.Text);
                    continue;
                }

                scraped++;
                var name = reader.Name;
                Merge(line.Labels);
                if (_rules.Count > 0 && !TryRelabel(line.Labels, ref name))
                {
                    continue;
                }

                Check(name, line.Labels);
                kept++;
                if (name.SequenceEqual("target_info"u8))
                {
                    series.AddInfo(series.SourceOf(line.Labels.Get("job"u8), line.Labels.Get("instance"u8)), line.Labels, _isOfTargetInfo);
                }
                else if (name.SequenceEqual("otel_scope_info"u8))
                {
                    ScrapedScope.Describe(series.SourceOf(line.Labels.Get("job"u8), line.Labels.Get("instance"u8)), line.Labels, series);
                }
                else if (_job.HonorTimestamps && IsMistimed(line.TimeUnixMs, latestUnixMs))
                {
                    mistimed++;
                    first ??= string.Create(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetString(name)} at {line.TimeUnixMs} ms");
                }
                else
                {
                    if (line.HasExemplar && IsMistimed(line.ExemplarTimeUnixMs, latestUnixMs))
                    {
                        mistimed++;
                        first ??= string.Create(CultureInfo.InvariantCulture, $"an exemplar of {Encoding.UTF8.GetString(name)} at {line.ExemplarTimeUnixMs} ms");
                        line.HasExemplar = false;
                    }

                    grouping.Add(name, line, _job.HonorTimestamps ? line.TimeUnixMs : ExpositionLine.NoTime);
                }
            }
        }

        grouping.Complete();
        return new SampleCounts(scraped, kept) { Mistimed = mistimed, FirstMistimed = first };
    }

    private static bool IsMistimed(long unixMs, long latestUnixMs) => unixMs != ExpositionLine.NoTime && (unixMs < 0 || unixMs > latestUnixMs);

    /// <summary>As in Prometheus the limits are for all labels that a series has in the end, its name among them.</summary>
    private void Check(ReadOnlySpan<byte> name, LabelSet labels)
    {
        if (_job.LabelLimit > 0 && labels.Count + 1 > _job.LabelLimit)
        {
            throw new ExpositionException($"a sample of {Encoding.UTF8.GetString(name)} has {labels.Count + 1} labels, more than {_job.LabelLimit} (label_limit)");
        }

        if (_job.LabelNameLengthLimit == 0 && _job.LabelValueLengthLimit == 0)
        {
            return;
        }

        Check(name, "__name__"u8, name);
        for (var i = 0; i < labels.Count; i++)
        {
            Check(name, labels.Name(i), labels.Value(i));
        }
    }

    private void Check(ReadOnlySpan<byte> metric, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (_job.LabelNameLengthLimit > 0 && name.Length > _job.LabelNameLengthLimit)
        {
            throw new ExpositionException(
                $"the label {Encoding.UTF8.GetString(name)} of {Encoding.UTF8.GetString(metric)} is longer than {_job.LabelNameLengthLimit} bytes (label_name_length_limit)");
        }

        if (_job.LabelValueLengthLimit > 0 && value.Length > _job.LabelValueLengthLimit)
        {
            throw new ExpositionException(
                $"the value of the label {Encoding.UTF8.GetString(name)} of {Encoding.UTF8.GetString(metric)} is longer than {_job.LabelValueLengthLimit} bytes (label_value_length_limit)");
        }
    }

    private bool TryRelabel(LabelSet labels, ref ReadOnlySpan<byte> name)
    {
        labels.Set("__name__"u8, name);
        if (!RelabelRule.Apply(_rules, labels))
        {
            return false;
        }

        name = labels.Get("__name__"u8);
        return labels.Remove("__name__"u8);
    }

    /// <summary>Labels that clash hold by what the job says: the others are called <c>exported_…</c>, or left out.</summary>
    private void Merge(LabelSet labels)
    {
        foreach (var (name, value) in _labels)
        {
            if (labels.TryAdd(name, value))
            {
                continue;
            }

            var scraped = labels.Get(name);
            if (scraped.IsEmpty)
            {
                labels.Set(name, value);
            }
            else if (!_job.HonorLabels)
            {
                labels.Set(ExportedName(labels, name), scraped);
                labels.Set(name, value);
            }
        }
    }

    private byte[] ExportedName(LabelSet labels, byte[] name)
    {
        byte[] exported = [.. "exported_"u8, .. name];
        while (labels.Has(exported) || Array.Exists(_labels, label => label.Name.AsSpan().SequenceEqual(exported)))
        {
            exported = [.. "exported_"u8, .. exported];
        }

        return exported;
    }
}
