using System.Text;
using Sluice.Buffers;
using Sluice.Components.Receivers.PrometheusReceiver.Parsing;
using Sluice.Components.Receivers.PrometheusReceiver.Scraping;
using Sluice.Testing;

namespace Sluice.Components.Tests.Receivers.PrometheusReceiver;

public sealed class ScrapeBodyTests : IDisposable
{
    private readonly BufferPool _pool = new(new() { Tracking = true });
    private readonly ByteBudget _budget = new("test", 64 << 20);

    public void Dispose()
    {
        Assert.Equal((0, 0), (_pool.RentedCount, _budget.Used));
        _pool.Dispose();
    }

    [Fact]
    public async Task Pieces_are_the_answer_and_end_where_lines_end()
    {
        var random = new Random(RandomSeed.Value);
        for (var number = 0; number < 40; number++)
        {
            // Now and then a line is longer than any piece.
            var text = string.Concat(Enumerable.Range(0, random.Next(200)).Select(_ => new string('x', random.Next(100) == 0 ? random.Next(3 << 20) : random.Next(2_000)) + "\n"));
            var answer = Encoding.UTF8.GetBytes(number % 2 == 0 ? text : text + "cut off");
            using var body = new ScrapeBody(_pool, _budget);
            using var stream = new Dripping(answer, random);
            Assert.True(await body.ReadAsync(stream, answer.Length, CancellationToken.None));
            RandomSeed.Explain(
                number,
                () =>
                {
                    var pieces = body.Pieces.ToArray();
                    Assert.Equal(answer, pieces.SelectMany(piece => piece.ToArray()).ToArray());
                    Assert.All(pieces.SkipLast(1), piece => Assert.Equal((byte)'\n', piece.Span[^1]));
                    Assert.True(_budget.Used >= answer.Length, "all of it is charged");
                },
                () => $"{answer.Length} bytes");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16_384)]
    [InlineData(3_000_000)]
    public async Task An_answer_that_is_longer_than_it_may_be_takes_no_more_than_the_limit(int limit)
    {
        using var body = new ScrapeBody(_pool, _budget);
        using var stream = new MemoryStream(new byte[limit + 1]);
        Assert.False(await body.ReadAsync(stream, limit, CancellationToken.None));
        Assert.InRange(_budget.Used, limit, BufferPool.CapacityFor(limit + 1));
    }

    [Fact]
    public async Task What_many_lines_take_is_what_they_have()
    {
        using var body = new ScrapeBody(_pool, _budget);
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(new string('x', 99) + "\n", 100_000))));
        Assert.True(await body.ReadAsync(stream, 64 << 20, CancellationToken.None));
        Assert.InRange(_budget.Used, 10_000_000, 11_500_000);
    }

    [Fact]
    public async Task A_budget_that_is_full_refuses_it()
    {
        using var body = new ScrapeBody(_pool, _budget);
        Assert.True(_budget.TryReserve(_budget.Limit - (100 << 10)));
        using var stream = new MemoryStream(new byte[200 << 10]);
        var error = await Assert.ThrowsAsync<ExpositionException>(async () => await body.ReadAsync(stream, 1 << 20, CancellationToken.None));
        Assert.Contains("service::intake::max_memory", error.Message, StringComparison.Ordinal);
        Assert.True(body.IsRefused);
        _budget.Release(_budget.Limit - (100 << 10));
    }

    /// <summary>Gives as many bytes at a time as it likes.</summary>
    private sealed class Dripping(byte[] bytes, Random random) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..random.Next(1, Math.Min(buffer.Length, 100_000) + 1)], cancellationToken);
    }
}
