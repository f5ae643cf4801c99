using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Testing;
using static Sluice.Runtime.Tests.Delivery.DeliveryHarness;

namespace Sluice.Runtime.Tests.Delivery;

/// <summary>Random destinations, options, intakes and restarts: everything arrives or is accounted for, and no buffer is lost.</summary>
public sealed class DeliveryStressTests
{
    private const int Cases = 12;
    private const int Requests = 120;

    private static readonly string[] Pipelines = ["logs", "logs/2", "traces", "metrics"];

    [Fact]
    public async Task Every_record_arrives_or_is_a_dead_letter_whatever_happens()
    {
        for (var number = 0; number < Cases; number++)
        {
            var options = "";
            try
            {
                await RunAsync(new Random(HashCode.Combine(RandomSeed.Value, number)), described => options = described);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Case {number} of SLUICE_SEED={RandomSeed.Value} failed ({options}): {e.Message}", e);
            }
        }
    }

    private static async Task RunAsync(Random random, Action<string> describe)
    {
        var order = random.Next(3) == 0 ? DeliveryOrder.Journal : DeliveryOrder.None;
        var maxSize = random.Next(3) == 0 ? 0 : random.Next(1, 60);
        var batch = new BatchOptions
        {
            MinSize = maxSize == 0 ? random.Next(0, 40) : random.Next(0, maxSize + 1),
            MaxSize = maxSize,
            FlushTimeout = TimeSpan.FromMilliseconds(random.Next(0, 5)),
            Sizer = maxSize == 0 || random.Next(2) == 0 ? BatchSizer.Items : BatchSizer.Bytes,
        };
        var retry = new RetryOptions { InitialInterval = TimeSpan.FromMilliseconds(1), MaxInterval = TimeSpan.FromMilliseconds(3) };
        await using var harness = new DeliveryHarness(order, time: TimeProvider.System, pipelines: Pipelines)
        {
            Options = Deliver(batch, workers: random.Next(1, 9), retry),
            Window = 1 << random.Next(12, 22),
        };
        describe($"{order}, {batch}, {harness.Options.SendingQueue.NumConsumers} workers, window {harness.Window}");
        var seed = random.Next();
        harness.Exporter.Answer = async attempt =>
        {
            await Task.Yield();
            var dice = new Random(HashCode.Combine(seed, attempt.Number)).Next(100);
            for (var slow = dice < 3 ? 200 : 0; slow > 0; slow--)
            {
                attempt.Cancellation.ThrowIfCancellationRequested();
                await Task.Yield();
            }

            return dice switch
            {
                < 12 => DeliveryOutcome.Retry("at random"),
                < 15 => DeliveryOutcome.TooLarge("at random"),
                < 17 => throw new IOException("at random"),
                < 18 => DeliveryOutcome.Fatal("at random"),
                < 19 => DeliveryOutcome.Rejected("at random"),
                < 25 => Mark(attempt.Batch, dice),
                < 35 when order == DeliveryOrder.None && attempt.Batch.RecordCount > 1 => LeaveSome(attempt.Batch, dice),
                _ => DeliveryOutcome.Delivered(),
            };
        };

        await harness.StartAsync();
        var expected = new List<string>();
        var restarts = 0;
        var appending = new List<Task>();
        for (var i = 0; i < Requests; i++)
        {
            var names = Names(random.Next(1, 30), $"q{i}-");
            expected.AddRange(names);
            appending.Add(harness.AppendAsync(Pipelines[random.Next(Pipelines.Length)], names));
            if (random.Next(12) == 0)
            {
                await Task.WhenAll(appending);
                await harness.RestartAsync();
                restarts++;
            }
        }

        await Task.WhenAll(appending);
        await Eventually.TrueAsync(() => Pipelines.All(pipeline => harness.Ledger(pipeline).Pending == 0), "everything is settled");

        var arrived = harness.Exporter.DeliveredNames.Concat(harness.DeadLetters.Names).ToHashSet();
        Assert.Empty(expected.Except(arrived));
        var lines = Pipelines.Select(harness.Ledger).ToList();
        Assert.Equal(expected.Count, lines.Sum(line => line.Subscribed));
        Assert.Equal(0, lines.Sum(line => line.Dropped + line.Corrupt));
        if (restarts == 0)
        {
            Assert.Equal(lines.Sum(line => line.Delivered + line.Duplicate), harness.Exporter.Delivered.Count);
            Assert.Equal(lines.Sum(line => line.DeadLettered), harness.DeadLetters.Letters.Count);
        }
    }

    private static DeliveryOutcome LeaveSome(DeliveryBatch batch, int dice)
    {
        for (var record = 0; record < batch.Segments[0].Count && batch.Later.Count < batch.RecordCount - 1; record += 1 + (dice % 4))
        {
            batch.RetryLater(0, record);
        }

        batch.Reject(batch.Segments.Count - 1, dice % batch.Segments[^1].Count, "marked at random");
        return DeliveryOutcome.DeliveredInPart("at random");
    }

    private static DeliveryOutcome Mark(DeliveryBatch batch, int dice)
    {
        for (var segment = 0; segment < batch.Segments.Count; segment++)
        {
            batch.Reject(segment, dice % batch.Segments[segment].Count, "marked at random");
        }

        batch.CountDuplicates(batch.RecordCount / 3);
        return DeliveryOutcome.Delivered();
    }
}
