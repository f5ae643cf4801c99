using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Runtime.Health;
using Sluice.Testing;
using static Sluice.Runtime.Tests.Delivery.DeliveryHarness;

namespace Sluice.Runtime.Tests.Delivery;

/// <summary>Batches whose records have values of their requests in common.</summary>
public sealed class PartitionTests
{
    private static readonly RequestProperty Tenant = RequestProperty.Header("X-Tenant");

    [Fact]
    public async Task Each_combination_of_values_has_batches_of_its_own()
    {
        await using var harness = Partitioned(Full(3), Tenant, RequestProperty.Subject);
        await harness.StartAsync();
        RequestContext[] origins = [From(), From("acme"), From("ecorp"), From("acme") with { Subject = "ann" }, From("ac", "me"), From("acme", "")];
        for (var i = 0; i < origins.Length * 3; i++)
        {
            var origin = i % origins.Length;
            await harness.AppendAsync(origins[origin], "logs", $"{origin} of {Text(origins[origin])}");
        }

        await harness.SettledAsync();
        await harness.StopAsync();

        Assert.Equal(origins.Length, harness.Exporter.Attempts.Count);
        foreach (var attempt in harness.Exporter.Attempts)
        {
            Assert.Equal(3, attempt.Names.Count);
            var name = Assert.Single(attempt.Names.Distinct());
            Assert.EndsWith($" of {string.Join('+', attempt.Batch.Values[Tenant])} {string.Join('+', attempt.Batch.Values[RequestProperty.Subject])}", name, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_was_not_asked_for_cannot_be_read()
    {
        await using var harness = Partitioned(new BatchOptions { MinSize = 0 }, Tenant);
        await harness.StartAsync();
        await harness.AppendAsync(From("acme"), "logs", "a");
        await harness.SettledAsync();
        await harness.StopAsync();

        var values = Assert.Single(harness.Exporter.Attempts).Batch.Values;
        Assert.Throws<InvalidOperationException>(() => values[RequestProperty.Subject]);
        Assert.Throws<InvalidOperationException>(() => RequestValues.None[Tenant]);
    }

    [Fact]
    public async Task Without_properties_all_requests_share_batches()
    {
        await using var harness = new DeliveryHarness { Options = Deliver(new BatchOptions { MinSize = 2 }) };
        await harness.StartAsync();
        await harness.AppendAsync(From("acme"), "logs", "a");
        await harness.AppendAsync(From("ecorp"), "logs", "b");
        await WithoutTimeAsync(() => harness.Exporter.Delivered.Count == 2, "both are delivered");

        Assert.True(Assert.Single(harness.Exporter.Attempts).Batch.Values.IsEmpty);
    }

    [Fact]
    public async Task Above_the_limit_the_one_not_seen_for_the_longest_time_goes_early()
    {
        await using var harness = Partitioned(Full(100), Tenant, limit: 2);
        await harness.StartAsync();
        await harness.AppendAsync(From("one"), "logs", "1a");
        await harness.AppendAsync(From("two"), "logs", "2a");
        await harness.AppendAsync(From("one"), "logs", "1b");
        await harness.QuietAsync();
        Assert.Empty(harness.Exporter.Attempts);

        await harness.AppendAsync(From("three"), "logs", "3a");
        await WithoutTimeAsync(() => harness.Exporter.Delivered.Count == 1, "the second is delivered without the clock");
        Assert.Equal(["2a"], harness.Exporter.DeliveredNames);

        await harness.AppendAsync(From("two"), "logs", "2b");
        await WithoutTimeAsync(() => harness.Exporter.Delivered.Count == 3, "then the first");
        Assert.Equal(["2a", "1a", "1b"], harness.Exporter.DeliveredNames);
    }

    [Fact]
    public async Task In_journal_order_a_batch_ends_where_the_values_change()
    {
        await using var harness = Partitioned(Full(3), Tenant, order: DeliveryOrder.Journal);
        await harness.StartAsync();
        await harness.AppendAsync(From("one"), "logs", "a", "b");
        await harness.AppendAsync(From("two"), "logs", "c", "d", "e");
        await harness.AppendAsync(From("one"), "logs", "f", "g", "h");
        await WithoutTimeAsync(() => harness.Exporter.Delivered.Count == 8, "all are delivered without the clock");

        Assert.Equal(["ab", "cde", "fgh"], harness.Exporter.Attempts.Select(attempt => string.Concat(attempt.Names)));
    }

    [Fact]
    public async Task A_context_that_is_none_makes_its_records_corrupt_where_it_matters()
    {
        await using var harness = Partitioned(new BatchOptions { MinSize = 0 }, Tenant);
        await harness.StartAsync();
        await harness.AppendGarbageAsync("logs", Sluice.Testing.Components.TestRequests.Encode(Telemetry.Signal.Logs, "a"), 1, context: new byte[] { 0x22, 0x7F });
        await harness.AppendAsync(From("acme"), "logs", "b");
        await harness.SettledAsync();

        Assert.Equal(["b"], harness.Exporter.DeliveredNames);
        Assert.Equal((1, 1), (harness.Ledger().Corrupt, harness.Ledger().Delivered));
    }

    [Fact]
    public async Task Halves_keep_the_values()
    {
        await using var harness = Partitioned(new BatchOptions { MinSize = 4 }, Tenant);
        harness.Exporter.AnswerWith(attempt => attempt.Names.Count > 1 ? DeliveryOutcome.TooLarge("too large") : DeliveryOutcome.Delivered());
        await harness.StartAsync();
        await harness.AppendAsync(From("acme"), "logs", Names(4));
        await harness.SettledAsync();

        Assert.All(harness.Exporter.Attempts, attempt => Assert.Equal(["acme"], attempt.Batch.Values[Tenant]));
        Assert.Equal(4, harness.Exporter.Delivered.Count);
    }

    [Fact]
    public async Task What_has_values_that_are_refused_for_good_does_not_hold_up_the_others()
    {
        await using var harness = Partitioned(new BatchOptions { MinSize = 0 }, Tenant);
        harness.Exporter.AnswerWith(attempt => attempt.Batch.Values[Tenant] is ["unknown"] ? DeliveryOutcome.Fatal("no such tenant") : DeliveryOutcome.Delivered());
        await harness.StartAsync();
        await harness.AppendAsync(From("unknown"), "logs", "x", "y");
        var appended = 0;
        await harness.UntilAsync(
            async () =>
            {
                // Others go through all the time, which is what tells that it is the values.
                await harness.AppendAsync(From("acme"), "logs", $"{appended++}");
                return harness.DeadLetters.Letters.Count == 2;
            },
            "the records of the unknown tenant are given up");
        await harness.SettledAsync();

        Assert.All(harness.DeadLetters.Letters, letter => Assert.Equal("no such tenant", letter.Reason));
        Assert.Equal(appended, harness.Ledger().Delivered);
        Assert.Equal(2, harness.Ledger().DeadLettered);
        Assert.Equal(HealthState.Healthy, harness.Health.State);
    }

    [Fact]
    public async Task Alone_what_is_refused_for_good_is_kept()
    {
        await using var harness = Partitioned(new BatchOptions { MinSize = 0 }, Tenant);
        harness.Exporter.AnswerWith(_ => DeliveryOutcome.Fatal("wrong credentials"));
        await harness.StartAsync();
        await harness.AppendAsync(From("acme"), "logs", "x");
        await harness.UntilAsync(() => harness.Exporter.Attempts.Count > 20, "it is tried again and again");

        Assert.Equal(HealthState.Failed, harness.Health.State);
        Assert.Empty(harness.DeadLetters.Letters);
    }

    [Fact]
    public async Task What_can_never_be_delivered_becomes_dead_letters()
    {
        await using var harness = Partitioned(new BatchOptions { MinSize = 0 }, Tenant);
        harness.Exporter.Answer = attempt => attempt.Batch.Values[Tenant].Count > 1
            ? throw new UndeliverableException("two tenants")
            : new(DeliveryOutcome.Delivered());
        await harness.StartAsync();
        await harness.AppendAsync(From("a", "b"), "logs", "x", "y");
        await harness.AppendAsync(From("a"), "logs", "z");
        await harness.SettledAsync();

        Assert.Equal(["two tenants", "two tenants"], harness.DeadLetters.Letters.Select(letter => letter.Reason));
        Assert.Equal(["z"], harness.Exporter.DeliveredNames);
    }

    [Fact]
    public async Task Random_requests_are_delivered_once_each_with_the_values_they_came_with()
    {
        var random = new Random(RandomSeed.Value);
        await using var harness = Partitioned(new BatchOptions { MinSize = 20, MaxSize = 30 }, Tenant, limit: 4);
        harness.Options = harness.Options with { SendingQueue = harness.Options.SendingQueue with { NumConsumers = 3 } };
        await harness.StartAsync();
        var sent = new List<string>();
        for (var i = 0; i < 300; i++)
        {
            var tenant = $"t{random.Next(7)}";
            string[] names = [.. Enumerable.Range(0, random.Next(1, 60)).Select(record => $"{tenant}/{i}/{record}")];
            sent.AddRange(names);
            await harness.AppendAsync(From(tenant), random.Next(2) == 0 ? "logs" : "traces", names);
        }

        await harness.UntilAsync(
            () => harness.Ledger("logs").Pending + harness.Ledger("traces").Pending == 0, $"everything of SLUICE_SEED={RandomSeed.Value} is settled");

        Assert.Equal(sent.Order(StringComparer.Ordinal), harness.Exporter.DeliveredNames.Order(StringComparer.Ordinal));
        await harness.StopAsync();
        Assert.All(harness.Exporter.Attempts, attempt =>
        {
            Assert.True(
                attempt.Names.Count <= 30 && attempt.Names.All(name => name.StartsWith(attempt.Batch.Values[Tenant].Single() + "/", StringComparison.Ordinal)),
                $"SLUICE_SEED={RandomSeed.Value}: {string.Join(", ", attempt.Names)}");
        });
    }

    private static DeliveryHarness Partitioned(BatchOptions batch, params RequestProperty[] by) => Partitioned(batch, by, 1000, DeliveryOrder.None);

    private static DeliveryHarness Partitioned(BatchOptions batch, RequestProperty by, int limit = 1000, DeliveryOrder order = DeliveryOrder.None) =>
        Partitioned(batch, [by], limit, order);

    private static DeliveryHarness Partitioned(BatchOptions batch, RequestProperty[] by, int limit, DeliveryOrder order) => new(order, pipelines: ["logs", "traces"])
    {
        Options = Deliver(batch) with { Partitioning = new BatchPartitioning { Properties = by, Limit = limit } },
    };

    /// <summary>A request with so many values of the tenant's header, among others.</summary>
    private static RequestContext From(params string[] tenants) => new()
    {
        Receiver = "in",
        Peer = "10.0.0.1:80",
        Headers = [new("accept", "x"), .. tenants.Select(tenant => KeyValuePair.Create("x-tenant", tenant)), new("x-tenant-2", "other")],
    };

    private static string Text(RequestContext context) =>
        $"{string.Join('+', context.Headers.Where(header => header.Key == "x-tenant").Select(header => header.Value))} {context.Subject}";
}
