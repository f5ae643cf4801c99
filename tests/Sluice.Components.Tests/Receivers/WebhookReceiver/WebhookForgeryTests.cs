using System.Text;
using Sluice.Testing;

namespace Sluice.Components.Tests.Receivers.WebhookReceiver;

/// <summary>One of them measures the whole heap, so nothing else runs meanwhile.</summary>
[Collection(Alone)]
public sealed class WebhookForgeryTests
{
    private const string Alone = "tests that measure the heap";

    /// <summary>The clock stands still, so that there is only one second's worth.</summary>
    private const int RejectionsAtOnce = 10;

    private static readonly int Forgeries = Environment.GetEnvironmentVariable("SLUICE_SOAK") == "1" ? 1_000_000 : 10_000;

    [Fact]
    public async Task A_refusal_is_an_event_that_holds_nothing_of_the_sender()
    {
        await using var test = await WebhookUnderTest.StartAsync("  orders: {path: /orders, secrets: [x]}");

        await test.PostAsync("/orders", """{"password":"hunter2"}""", ("X-Signature", "hunter2"), ("X-Event-Type", "hunter2"));
        await test.PostAsync("/hunter2", "{}");
        await Eventually.TrueAsync(() => test.Intake.Rejected.Count == 2, "both events");

        Assert.Equal(
            [
                "http.response.status_code=401 client.address=127.0.0.1 webhook.endpoint=orders webhook.rejection.reason=signature_missing",
                "http.response.status_code=404 client.address=127.0.0.1 webhook.rejection.reason=not_found",
            ],
            test.Intake.Rejected.Select(record => string.Join(" ", WebhookUnderTest.Attributes(record).OrderByDescending(pair => pair.Key == "http.response.status_code")
                .ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"))));
        Assert.All(test.Intake.Rejected, record => Assert.DoesNotContain("hunter2", record.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Events_of_refusals_are_few_and_say_how_many_were_left_out()
    {
        await using var test = await WebhookUnderTest.StartAsync("  orders: {path: /orders, secrets: [x]}\n  open: {path: /open, verify: none}");
        for (var i = 0; i < 25; i++)
        {
            await test.PostAsync("/orders", "{}");
        }

        // An answer comes before its event; but the next request on a connection is read when the one before is done with.
        Assert.Equal(202, (await test.PostAsync("/open", "{}")).Status);
        Assert.Equal(10, test.Intake.Rejected.Count);
        test.Time.Advance(TimeSpan.FromSeconds(1));
        await test.PostAsync("/orders", "{}");
        await Eventually.TrueAsync(() => test.Intake.Rejected.Count == 11, "the next");

        Assert.Equal("15", WebhookUnderTest.Attributes(test.Intake.Rejected[^1])["webhook.rejection.left_out"]);
    }

    [Fact]
    public async Task No_forgery_of_any_kind_passes_and_honest_senders_are_served_meanwhile()
    {
        var vectors = WebhookVectors.All.Where(vector => vector.Seconds == WebhookVectors.All[0].Seconds && !vector.Name.Contains("published", StringComparison.Ordinal)).ToArray();
        var endpoints = vectors.Select((vector, i) => $"  e{i}: {{path: /e{i}, scheme: {vector.Scheme}, secrets: ['{vector.Secret}']}}");
        await using var test = await WebhookUnderTest.StartAsync(string.Join("\n", endpoints), now: vectors[0].Now);
        var before = 0L;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Forgeries),
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken },
            async (number, _) =>
            {
                var random = new Random(HashCode.Combine(RandomSeed.Value, number));
                var index = random.Next(vectors.Length);
                var (path, body, headers) = Forge(vectors[index], $"/e{index}", random);
                var reply = await test.PostAsync(path, body, vectors[index].ContentType, headers);
                Assert.True(reply.Status is 401 or 404, $"forgery {number} of {vectors[index].Name} was answered {reply.Status}, SLUICE_SEED={RandomSeed.Value}");

                if (number == Forgeries / 4)
                {
                    before = GC.GetTotalMemory(forceFullCollection: true);
                }

                if (number % (Forgeries / 20) == 0)
                {
                    var honest = vectors[number % vectors.Length];
                    Assert.Equal(202, (await test.PostAsync($"/e{number % vectors.Length}", honest.Bytes, honest.ContentType, honest.Headers)).Status);
                }
            });

        // Each honest request is the same every time, so that it is taken once.
        Assert.InRange(test.Intake.Submissions, 1, vectors.Length);
        Assert.InRange(test.Intake.Rejected.Count, 1, RejectionsAtOnce);

        // Flat but for the 8 bytes, rounded up by a queue's growth, that the test itself notes for each refusal.
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Console.WriteLine($"figures: webhooks: {Forgeries} forgeries, none taken; {grown >> 10} KiB more memory in use than after a quarter of them");
        Assert.InRange(grown, long.MinValue, ((long)Forgeries * 24) + (8 << 20));
    }

    private static (string Path, byte[] Body, (string Name, string Value)[] Headers) Forge(WebhookVector vector, string path, Random random)
    {
        var proof = vector.Headers[^1];
        var body = vector.Bytes;
        if (vector.SignsBody && random.Next(3) == 0)
        {
            body[random.Next(body.Length)] ^= (byte)(1 << random.Next(8));
            return (path, body, vector.Headers);
        }

        return random.Next(6) switch
        {
            0 => (path, body, vector.Headers[..^1]),

            // Twice is no forgery where a header may hold several signatures.
            1 when proof.Name is not ("webhook-signature" or "X-PagerDuty-Signature") => (path, body, [.. vector.Headers, proof]),
            2 => (path, body, vector.With(proof.Name, RandomText(random, proof.Value.Length)).Headers),
            3 => (path, body, vector.With(proof.Name, proof.Value[..random.Next(proof.Value.TrimEnd('=').Length - 1)]).Headers),
            4 => (path, body, [.. vector.Headers[..^1], ("X-Signature", RandomText(random, 64)), ("X-Hub-Signature", proof.Value)]),
            _ => (path + RandomText(random, 8).Replace('?', 'q').Replace('#', 'h').Replace('%', 'p').Replace('/', 's').Replace('\\', 'b'), body, vector.Headers),
        };
    }

    private static string RandomText(Random random, int length)
    {
        const string Characters = "0123456789abcdefABCDEF+/=,v:.-_{}% ghijGHIJ\"'?#";
        var text = new StringBuilder(length + 1).Append('x');
        for (var i = 0; i < length; i++)
        {
            text.Append(Characters[random.Next(Characters.Length)]);
        }

        return text.ToString().Trim();
    }

    [CollectionDefinition(Alone, DisableParallelization = true)]
    public sealed class AloneCollection;
}
