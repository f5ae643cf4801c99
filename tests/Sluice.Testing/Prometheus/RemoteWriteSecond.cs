using Google.Protobuf;
using Prometheus.RemoteWrite.Proto;
using Second = Prometheus.RemoteWrite.Proto2;

namespace Sluice.Testing.Prometheus;

/// <summary>Reads the message of remote write 2.0: says what its specification forbids, and what it would be in 1.0.</summary>
public static class RemoteWriteSecond
{
    private const int SymbolsField = 4;
    private const int CustomSchema = -53;

    /// <summary>What is not as the specification has it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="encoded">Its bytes.</param>
    public static List<string> FindFaults(Second.Request message, byte[] encoded)
    {
        var faults = new List<string>();
        if (message.Symbols.Count == 0 || message.Symbols[0].Length > 0)
        {
            faults.Add("the first symbol is not the empty one");
        }

        if (message.Symbols.Distinct(StringComparer.Ordinal).Count() != message.Symbols.Count)
        {
            faults.Add("a symbol is there twice");
        }

        if (!SymbolsComeFirst(encoded))
        {
            faults.Add("symbols come behind series, where receivers that decode as they read do not find them");
        }

        var used = new HashSet<uint> { 0 };
        foreach (var series in message.Timeseries)
        {
            AddFaults(message, series, used, faults);
        }

        if (faults.Count == 0 && used.Count != message.Symbols.Count)
        {
            faults.Add($"of {message.Symbols.Count} symbols {used.Count} are used");
        }

        return faults;
    }

    /// <summary>The same in remote write 1.0. References that there are not are empty.</summary>
    public static WriteRequest Resolve(Second.Request message)
    {
        var first = new WriteRequest();
        foreach (var series in message.Timeseries)
        {
            var resolved = new TimeSeries { Labels = { Labels(message, series.LabelsRefs) } };
            resolved.Samples.AddRange(series.Samples.Select(sample => new Sample { Value = sample.Value, Timestamp = sample.Timestamp }));
            resolved.Histograms.AddRange(series.Histograms.Select(histogram => Histogram.Parser.ParseFrom(histogram.ToByteArray())));
            resolved.Exemplars.AddRange(series.Exemplars.Select(exemplar =>
                new Exemplar { Labels = { Labels(message, exemplar.LabelsRefs) }, Value = exemplar.Value, Timestamp = exemplar.Timestamp }));
            first.Timeseries.Add(resolved);
        }

        return first;
    }

    private static IEnumerable<Label> Labels(Second.Request message, IReadOnlyList<uint> references)
    {
        for (var i = 0; i + 1 < references.Count; i += 2)
        {
            yield return new Label { Name = Symbol(message, references[i]), Value = Symbol(message, references[i + 1]) };
        }
    }

    private static string Symbol(Second.Request message, uint reference) => reference < message.Symbols.Count ? message.Symbols[(int)reference] : "";

    private static bool SymbolsComeFirst(byte[] encoded)
    {
        var (input, hasSeries) = (new CodedInputStream(encoded), false);
        while (input.ReadTag() is not 0 and var tag)
        {
            if (WireFormat.GetTagFieldNumber(tag) == SymbolsField && hasSeries)
            {
                return false;
            }

            hasSeries |= WireFormat.GetTagFieldNumber(tag) != SymbolsField;
            input.SkipLastField();
        }

        return true;
    }

    private static void AddFaults(Second.Request message, Second.TimeSeries series, HashSet<uint> used, List<string> faults)
    {
        var name = RemoteWriteStandin.Text(Labels(message, series.LabelsRefs));
        Use(series.LabelsRefs, isEven: true);
        foreach (var exemplar in series.Exemplars)
        {
            Use(exemplar.LabelsRefs, isEven: true);
            Check(exemplar.Timestamp != 0 || TimesOf(series).Any(sample => sample.Time == 0), "an exemplar without a time");
        }

        Check(series.LabelsRefs.Count > 0, "no labels");
        Check(series.Samples.Count == 0 || series.Histograms.Count == 0, "samples and histograms");
        Check(series.Samples.Count + series.Histograms.Count > 0, "nothing");
        Check(series.Metadata is { Type: not Second.Metadata.Types.MetricType.Unspecified }, "no type");
        Use([series.Metadata?.HelpRef ?? 0, series.Metadata?.UnitRef ?? 0], isEven: false);
        foreach (var (start, time) in TimesOf(series))
        {
            Check(start == 0 || start < time, $"a sample that starts at {start} and ends at {time}");
        }

        foreach (var histogram in series.Histograms)
        {
            CheckBuckets(histogram);
        }

        void Check(bool holds, string fault)
        {
            if (!holds)
            {
                faults.Add($"{name} has {fault}");
            }
        }

        void Use(IReadOnlyList<uint> references, bool isEven)
        {
            Check(!isEven || references.Count % 2 == 0, "an odd number of references");
            foreach (var reference in references)
            {
                Check(reference < message.Symbols.Count, $"a reference to {reference}, which there is not");
                used.Add(reference);
            }
        }

        void CheckBuckets(Second.Histogram histogram)
        {
            var isCustom = histogram.Schema == CustomSchema;
            Check(isCustom || histogram.Schema is >= -4 and <= 8, $"the schema {histogram.Schema}");
            Check(!isCustom || (histogram.NegativeSpans.Count == 0 && histogram.ZeroCountInt == 0), "custom buckets beside others");
            Check(isCustom || histogram.CustomValues.Count == 0, "bounds of custom buckets without such");
            Check(histogram.CustomValues.Zip(histogram.CustomValues.Skip(1)).All(pair => pair.First < pair.Second), "bounds that do not ascend");
            Check(!isCustom || histogram.PositiveSpans.Sum(span => span.Offset + span.Length) <= histogram.CustomValues.Count + 1, "buckets beyond its bounds");
            Check(histogram.PositiveSpans.Sum(span => span.Length) == histogram.PositiveDeltas.Count, "other buckets than its spans say");
            Check(histogram.NegativeSpans.Sum(span => span.Length) == histogram.NegativeDeltas.Count, "other negative buckets than its spans say");
            Check(Total(histogram.PositiveDeltas) + Total(histogram.NegativeDeltas) + histogram.ZeroCountInt == histogram.CountInt, "another count than its buckets have");
        }
    }

    private static IEnumerable<(long Start, long Time)> TimesOf(Second.TimeSeries series) =>
        series.Samples.Select(sample => (sample.StartTimestamp, sample.Timestamp)).Concat(series.Histograms.Select(histogram => (histogram.StartTimestamp, histogram.Timestamp)));

    private static ulong Total(IEnumerable<long> deltas)
    {
        var (count, total) = (0L, 0UL);
        foreach (var delta in deltas)
        {
            count = unchecked(count + delta);
            total = unchecked(total + (ulong)count);
        }

        return total;
    }
}
