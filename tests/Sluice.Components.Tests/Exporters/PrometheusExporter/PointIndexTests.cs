using Sluice.Components.Exporters.Prometheus.Points;
using Sluice.Components.Exporters.Prometheus.Sources;
using Sluice.Components.Exporters.PrometheusExporter.Labels;
using Sluice.Components.Exporters.PrometheusExporter.Series;
using Sluice.Testing;
using Sluice.Transport.Prometheus.Exposition;

namespace Sluice.Components.Tests.Exporters.PrometheusExporter;

public sealed class PointIndexTests
{
    private static readonly MetricFamily Family = new(1, "m", SeriesType.Gauge, "", "", "");

    private static readonly MetricStream Stream =
        new(1, [], new MetricSource(1, [], new ResourceFacts("", "", "", []), []), "m", DataKind.Gauge, [], isMonotonic: false, isDelta: false, Family);

    private static readonly LabelFrame Frame = new(1, ["a"], [null]);

    /// <summary>Few hashes, so that buckets have many series, and growing and shrinking at every step.</summary>
    [Fact]
    public void It_has_what_was_added_and_not_removed()
    {
        var random = new Random(RandomSeed.Value);
        var index = new PointIndex();
        var expected = new Dictionary<int, MetricPoint>();
        for (var step = 0; step < 20_000; step++)
        {
            // It grows to some hundreds and shrinks to nothing, again and again.
            var number = random.Next(step / 2000 % 2 == 0 ? 800 : 20);
            if (expected.Remove(number, out var known))
            {
                index.Remove(known);
            }
            else if (step / 2000 % 2 == 0 || expected.Count == 0)
            {
                var point = new NumberPoint(Frame, BitConverter.GetBytes(number), HashOf(number), Stream);
                index.Add(point);
                expected.Add(number, point);
            }
            else
            {
                var (any, point) = expected.First();
                index.Remove(point);
                expected.Remove(any);
            }

            Assert.Equal(expected.Count, index.Count);
            Assert.Same(expected.GetValueOrDefault(number), Find(number));
        }

        foreach (var (number, point) in expected)
        {
            Assert.Same(point, Find(number));
        }

        MetricPoint? Find(int number) => index.Find(Family, Frame, BitConverter.GetBytes(number), HashOf(number));

        static int HashOf(int number) => unchecked((number % 50) * -7919);
    }

    [Fact]
    public void It_becomes_small_again()
    {
        var index = new PointIndex();
        var points = Enumerable.Range(0, 1000).Select(n => new NumberPoint(Frame, BitConverter.GetBytes(n), n * 7919, Stream)).ToList();
        points.ForEach(index.Add);
        Assert.Equal(1000, index.Capacity);
        points.ForEach(index.Remove);
        Assert.Equal((0, 16), (index.Count, index.Capacity));
    }
}
