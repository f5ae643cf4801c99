using System.Globalization;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Metrics.V1;
using Sluice.Components.Exporters.Prometheus.Names;
using Sluice.Components.Exporters.PrometheusExporter;
using Sluice.Testing;
using Sluice.Transport.Prometheus.Exposition;
using static Sluice.Components.Tests.Exporters.PrometheusExporter.Scraped;

namespace Sluice.Components.Tests.Exporters.PrometheusExporter;

/// <summary>Labels are put together of shared names and values apart: they are those that one looking at all attributes at once would give.</summary>
public sealed class SeriesLabelsTests
{
    private static readonly string[] Keys =
        ["a", "a.b", "a_b", "job", "instance", "le", "quantile", "cluster", "host.name", "otel_scope_name", "otel.scope.x", "exported_job", "9", "_", "ü", "http.route"];

    private static readonly string[] Texts = ["", "x", "1", "true", "say \"no\"", "a\\b", "two\nlines", "ünï", ";", "x;1"];

    [Theory]
    [InlineData(NameStrategy.UnderscoreEscapingWithSuffixes)]
    [InlineData(NameStrategy.NoTranslation)]
    public async Task They_are_what_the_rules_say(NameStrategy strategy)
    {
        var options = new PrometheusExporterOptions
        {
            TranslationStrategy = strategy,
            ConstLabels = new Dictionary<string, string> { ["cluster"] = "blue" },
            ResourceConstantLabels = new ResourceLabelOptions { Included = ["a*", "host.*"] },
        };
        await using var bench = new PrometheusBench(options);
        var random = new Random(RandomSeed.Value);
        var expected = new Dictionary<string, long>(StringComparer.Ordinal);
        for (ulong time = 1; time <= 600; time++)
        {
            var request = AnyRequest(random, time, out var value);
            expected[ExpectedLabels(request, options)] = value;
            bench.Add(request);
            if (time % 50 == 0)
            {
                Assert.Equal(expected.Select(series => $"g{{{series.Key}}} {series.Value}").Order(StringComparer.Ordinal), Lines(bench.Text(NameEscaping.AllowUtf8)));
            }
        }
    }

    /// <summary>Whether the same label comes from the resource or from the data point makes no other series.</summary>
    [Fact]
    public async Task Where_a_label_comes_from_makes_no_other_series()
    {
        await using var bench = new PrometheusBench(new PrometheusExporterOptions { WithoutScopeInfo = true });
        bench.Add(Request("s", "i", Gauge("g", "", Point(1, 10))));
        bench.Add(Request("s", "", Gauge("g", "", Point(2, 20, 1, Text("instance", "i")))));
        Assert.Equal(["g{instance=\"i\",job=\"s\"} 1"], Lines(bench.Text()));
        Assert.Contains(bench.Fixture.Log, line => line.StartsWith("Two sources write g{instance=\"i\",job=\"s\"}", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Lines(string text) =>
        text.Split('\n').Where(line => line.StartsWith("g{", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private static ExportMetricsServiceRequest AnyRequest(Random random, ulong time, out long value)
    {
        value = random.Next(1000);
        var point = Whole(value, time);
        point.Attributes.AddRange(AnyAttributes(random, 5));
        var request = Request("", "", Gauge("g", "", point));
        request.ResourceMetrics[0].Resource.Attributes.Clear();
        request.ResourceMetrics[0].Resource.Attributes.AddRange(AnyAttributes(random, 2));
        request.ResourceMetrics[0].ScopeMetrics[0].Scope.Version = random.Next(2) == 0 ? "" : "1";

        // Whoever wrote a series before has been silent for long: none of them is a duplicate.
        point.TimeUnixNano = time * 200 * Second;
        return request;
    }

    private static IEnumerable<KeyValue> AnyAttributes(Random random, int most) =>
        Enumerable.Range(0, random.Next(most)).Select(_ => new KeyValue { Key = Keys[random.Next(Keys.Length)], Value = AnyOf(random) }).ToList();

    private static AnyValue AnyOf(Random random) => random.Next(10) switch
    {
        0 => new AnyValue { IntValue = random.Next(-1, 2) },
        1 => new AnyValue { BoolValue = random.Next(2) == 0 },
        2 => new AnyValue { DoubleValue = random.Next(4) / 2.0 },
        3 => new AnyValue { BytesValue = Google.Protobuf.ByteString.CopyFrom([1, 2, 250]) },
        4 => new AnyValue { ArrayValue = new ArrayValue { Values = { new AnyValue { StringValue = "\"" }, new AnyValue { IntValue = 1 } } } },
        5 => new AnyValue(),
        _ => new AnyValue { StringValue = Texts[random.Next(Texts.Length)] },
    };

    /// <summary>By the slow way.</summary>
    private static string ExpectedLabels(ExportMetricsServiceRequest request, PrometheusExporterOptions options)
    {
        var names = new NameTranslation(options.TranslationStrategy!.Value, "");
        var labels = new LabelSet(names);
        labels.Add("cluster", "blue");
        var scope = request.ResourceMetrics[0].ScopeMetrics[0].Scope;
        labels.Add(names.Label("otel_scope_name"), scope.Name);
        labels.Add(names.Label("otel_scope_version"), scope.Version);
        labels.Add(names.Label("otel_scope_schema_url"), "");
        foreach (var attribute in request.ResourceMetrics[0].ScopeMetrics[0].Metrics[0].Gauge.DataPoints[0].Attributes)
        {
            labels.AddAttribute(attribute.Key, TextOf(attribute.Value));
        }

        foreach (var attribute in request.ResourceMetrics[0].Resource.Attributes.Where(attribute => attribute.Key[0] == 'a' || attribute.Key == "host.name"))
        {
            labels.AddAttribute(attribute.Key, TextOf(attribute.Value));
        }

        return System.Text.Encoding.UTF8.GetString(labels.Encode());
    }

    private static string TextOf(AnyValue value) => value.ValueCase switch
    {
        AnyValue.ValueOneofCase.StringValue => value.StringValue,
        AnyValue.ValueOneofCase.IntValue => value.IntValue.ToString(CultureInfo.InvariantCulture),
        AnyValue.ValueOneofCase.BoolValue => value.BoolValue ? "true" : "false",
        AnyValue.ValueOneofCase.DoubleValue => value.DoubleValue.ToString(CultureInfo.InvariantCulture),
        AnyValue.ValueOneofCase.BytesValue => "AQL6",
        AnyValue.ValueOneofCase.ArrayValue => "[\"\\\"\",1]",
        _ => "",
    };
}
