using Sluice.Buffers;
using Sluice.Components.Receivers.PrometheusReceiver.Parsing;
using Sluice.Transport.Bodies;

namespace Sluice.Components.Receivers.PrometheusReceiver.Scraping;

/// <summary>
/// What a target answers, in pooled pieces that end where lines end, so that a large page needs no large array. All of it is charged to a budget until it
/// is disposed. Not thread-safe.
/// </summary>
/// <param name="pool">Where the pieces come from.</param>
/// <param name="budget">What they are charged to.</param>
internal sealed class ScrapeBody(BufferPool pool, ByteBudget budget) : IDisposable
{
    private const int FirstPiece = 16 << 10;

    /// <summary>Only a line that is longer has a larger one.</summary>
    private const int LargestPiece = 1 << 20;

    private readonly BudgetLease _lease = new(budget);
    private readonly List<PooledBuffer> _buffers = [];
    private readonly List<ReadOnlyMemory<byte>> _pieces = [];
    private int _filled;
    private long _length;

    /// <summary>The pieces, in their order; every one but the last ends with a line feed. Invalid once this is disposed.</summary>
    public ReadOnlySpan<ReadOnlyMemory<byte>> Pieces => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_pieces);

    /// <summary>Whether the budget had no room for it.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>Reads to the end.</summary>
    /// <param name="stream">The answer.</param>
    /// <param name="limit">The most bytes it may have.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Whether that was all of it; otherwise it is longer.</returns>
    /// <exception cref="ExpositionException">There is no memory for it.</exception>
    public async ValueTask<bool> ReadAsync(Stream stream, long limit, CancellationToken cancellationToken)
    {
        while (true)
        {
            // One more than may come tells whether there is more.
            var room = Room(limit + 1);
            var read = await stream.ReadAsync(room[..(int)Math.Min(room.Length, limit + 1 - _length)], cancellationToken);
            if (read == 0)
            {
                _pieces.Add(_buffers[^1].Array.AsMemory(0, _filled));
                return true;
            }

            _filled += read;
            _length += read;
            if (_length > limit)
            {
                return false;
            }
        }
    }

    /// <summary>Returns the memory.</summary>
    public void Dispose()
    {
        _pieces.Clear();
        _buffers.ForEach(buffer => buffer.Dispose());
        _buffers.Clear();
        _lease.Dispose();
    }

    /// <summary>Where the next bytes go.</summary>
    /// <param name="most">What all pieces together have to hold at most.</param>
    private Memory<byte> Room(long most)
    {
        var last = _buffers.Count == 0 ? null : _buffers[^1];
        if (last is not null && _filled < last.Capacity)
        {
            return last.Array.AsMemory(_filled);
        }

        // The line that is cut goes to the next piece.
        var whole = last is null ? 0 : last.Span.LastIndexOf((byte)'\n') + 1;
        var cut = _filled - whole;
        var size = Math.Max(Math.Min(2L * (last?.Capacity ?? (FirstPiece / 2)), LargestPiece), 2L * cut);
        var next = Rent((int)Math.Min(size, most - (_length - cut)));
        if (last is not null)
        {
            last.Span.Slice(whole, cut).CopyTo(next.Span);
            if (whole > 0)
            {
                _pieces.Add(last.Array.AsMemory(0, whole));
            }
            else
            {
                _buffers.Remove(last);
                _lease.Release(last.Capacity);
                last.Dispose();
            }
        }

        _buffers.Add(next);
        _filled = cut;
        return next.Array.AsMemory(cut);
    }

    private PooledBuffer Rent(int size)
    {
        if (!_lease.TryExtend(BufferPool.CapacityFor(size)))
        {
            IsRefused = true;
            throw new ExpositionException("there is no memory for it (service::intake::max_memory)");
        }

        return pool.Rent(size, "scrape");
    }
}
