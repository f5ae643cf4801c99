using Sluice.Transport.HttpClients;

namespace Sluice.Transport.Tests.HttpClients;

public sealed class SegmentedContentTests
{
    [Fact]
    public async Task Pieces_are_one_body_of_known_length_that_can_be_sent_again()
    {
        using var content = new SegmentedContent([new byte[] { 1, 2 }, new byte[] { 3 }]);
        Assert.Equal(3, content.Headers.ContentLength);
        for (var i = 0; i < 2; i++)
        {
            using var target = new MemoryStream();
            await content.CopyToAsync(target);
            Assert.Equal([1, 2, 3], target.ToArray());
        }
    }

    [Fact]
    public async Task Closing_waits_until_nothing_reads_the_memory_and_lets_nothing_begin_to()
    {
        using var content = new SegmentedContent([new byte[] { 1 }]);
        var target = new StubbornStream();
        var sending = content.CopyToAsync(target);
        var closing = content.CloseAsync().AsTask();
        await target.Cancelled.Task;
        Assert.False(closing.IsCompleted);
        target.LetGo.SetResult();
        await closing;
        await Assert.ThrowsAnyAsync<Exception>(() => sending);
        await Assert.ThrowsAnyAsync<Exception>(() => content.CopyToAsync(Stream.Null));
    }

    /// <summary>A stream that notices the end of a write, but takes its time.</summary>
    private sealed class StubbornStream : MemoryStream
    {
        public TaskCompletionSource Cancelled { get; } = new();

        public TaskCompletionSource LetGo { get; } = new();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await using var registration = cancellationToken.Register(() => Cancelled.TrySetResult());
            await LetGo.Task;
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
