using Sluice.Components.Exporters.PrometheusRemoteWriteExporter;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;
using Sluice.Testing;
using Sluice.Testing.Prometheus;
using Sluice.Testing.Sinks;

using static Sluice.Components.Tests.Exporters.PrometheusExporter.Scraped;

namespace Sluice.Components.Tests.Exporters.PrometheusRemoteWriteExporter;

/// <summary>Batches in random cuts before a receiver that fails, loses answers and refuses some series, with kills in between.</summary>
public abstract class RemoteWriteOverKillsTests : RemoteWriteTests
{
    private const int Series = 6;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_sample_that_can_be_taken_is_there_once_and_in_its_order(bool takesInPart)
    {
        var random = new Random(RandomSeed.Value);
        var answers = true;
        Receiver.TakesInPart = takesInPart;
        Receiver.RefuseSeries(name => name.StartsWith("poison", StringComparison.Ordinal) ? "label value too long" : null);
        Receiver.AnswerWith(_ => answers ? RemoteWritePlay.Take : random.Next(8) switch
        {
            0 => RemoteWritePlay.LoseRequest,
            1 => SinkAnswer.Status(503),
            2 => RemoteWritePlay.LoseAnswer,
            _ => RemoteWritePlay.Take,
        });
        List<DeliverySegment> entries = [];
        var expected = new SortedDictionary<string, List<long>>(StringComparer.Ordinal);
        var time = 0;
        var rounds = Environment.GetEnvironmentVariable("SLUICE_SOAK") == "1" ? 300 : 25;
        for (var round = 0; round < rounds; round++)
        {
            for (var count = random.Next(1, 5); count > 0; count--)
            {
                entries.Add(Any());
            }

            answers = random.Next(3) == 0;
            while (entries.Count > 0)
            {
                if (random.Next(4) == 0)
                {
                    await StartAsync(options: Options with { MaxBatchSizeBytes = random.Next(3) == 0 ? 600 : 3_000_000 }, end: entries[^1].FirstRecord.Plus(entries[^1].Count));
                }

                var batch = Cut(random.Next(1, entries.Count + 1), random.Next(2) == 0);
                var settled = await DeliverAllAsync(batch);
                if (settled == batch.Count && random.Next(3) > 0)
                {
                    Settle(batch);
                }
                else if (settled == batch.Count)
                {
                    await StartAsync(end: entries[^1].FirstRecord.Plus(entries[^1].Count));
                }
                else
                {
                    // Killed in the midst of it: what came before may be settled or not.
                    Settle(batch[..random.Next(settled + 1)]);
                    await StartAsync(end: entries[^1].FirstRecord.Plus(entries[^1].Count));
                }
            }
        }

        Assert.True(Receiver.Faults.Count == 0, $"SLUICE_SEED={RandomSeed.Value}: {string.Join("; ", Receiver.Faults.Take(3))}");
        var found = Receiver.Samples.Where(series => !series.Key.StartsWith("target_info", StringComparison.Ordinal))
            .ToDictionary(series => series.Key[..series.Key.IndexOf('{', StringComparison.Ordinal)], series => series.Value.Select(sample => sample.Timestamp).ToList());
        foreach (var (series, times) in expected)
        {
            var missing = times.Except(found.GetValueOrDefault(series) ?? []).ToList();
            Assert.True(missing.Count == 0, $"SLUICE_SEED={RandomSeed.Value}: {series} lacks {string.Join(' ', missing)}");
            Assert.True(times.SequenceEqual(found[series]), $"SLUICE_SEED={RandomSeed.Value}: {series} is {string.Join(' ', found[series])}");
        }

        DeliverySegment Any()
        {
            time++;
            var names = Enumerable.Range(0, Series).Where(_ => random.Next(2) == 0).Select(i => $"g{i}").ToList();
            names.ForEach(name => (expected.TryGetValue(name, out var times) ? times : expected[name] = []).Add(time));
            for (var i = random.Next(8) - 5; i > 0; i--)
            {
                names.Insert(random.Next(names.Count + 1), $"poison{i}");
            }

            if (names.Count == 0)
            {
                names.Add("poison");
            }

            return Metrics(time, [.. names]);
        }

        // A batch ends with an entry or in the midst of one.
        List<DeliverySegment> Cut(int count, bool inside)
        {
            var batch = entries[..count];
            if (inside && batch[^1].Count > 1)
            {
                batch[^1] = batch[^1].Slice(0, random.Next(1, batch[^1].Count));
            }

            return batch;
        }

        void Settle(List<DeliverySegment> batch)
        {
            foreach (var segment in batch)
            {
                entries[0] = entries[0].Slice(segment.Count, entries[0].Count - segment.Count);
                if (entries[0].Count == 0)
                {
                    entries.RemoveAt(0);
                }
            }
        }

        // As the runtime does: tries again, and halves what is refused.
        async Task<int> DeliverAllAsync(List<DeliverySegment> segments)
        {
            var attempts = 0;
            while (true)
            {
                var batch = ExporterFixture.Batch(segments);
                var outcome = await Exporter.DeliverAsync(batch, CancellationToken.None);
                var records = segments.Sum(segment => segment.Count);
                if (outcome.Status == DeliveryStatus.Delivered || (outcome.Status is DeliveryStatus.RejectedWhole or DeliveryStatus.TooLarge && records == 1))
                {
                    return segments.Count;
                }

                if (outcome.Status == DeliveryStatus.Retry)
                {
                    if (random.Next(6) == 0)
                    {
                        return 0;
                    }

                    Assert.InRange(++attempts, 1, 500);
                    continue;
                }

                Assert.Equal(DeliveryStatus.RejectedWhole, outcome.Status);
                var (first, second, room) = (new List<DeliverySegment>(), new List<DeliverySegment>(), records / 2);
                foreach (var segment in segments)
                {
                    var taken = Math.Min(room, segment.Count);
                    room -= taken;
                    if (taken > 0)
                    {
                        first.Add(segment.Slice(0, taken));
                    }

                    if (taken < segment.Count)
                    {
                        second.Add(segment.Slice(taken, segment.Count - taken));
                    }
                }

                return await DeliverAllAsync(first) is var one && one < first.Count ? 0 : await DeliverAllAsync(second) is var two && two < second.Count ? 0 : segments.Count;
            }
        }
    }
}

/// <inheritdoc/>
public sealed class FirstRemoteWriteOverKillsTests : RemoteWriteOverKillsTests
{
    protected override RemoteWriteMessage Message => RemoteWriteMessage.WriteRequest;
}

/// <inheritdoc/>
public sealed class SecondRemoteWriteOverKillsTests : RemoteWriteOverKillsTests
{
    protected override RemoteWriteMessage Message => RemoteWriteMessage.Request;
}
