using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Sluice.Transport.HttpClients;

/// <summary>
/// A body of lent memory, of known length, that can be sent again. An answer may come before all of the body is sent, so the memory is free
/// only after <see cref="CloseAsync"/>.
/// </summary>
[SuppressMessage("Reliability", "CA2213", Justification = "A source without a timer holds nothing, and what is still being sent may look at it after the message is disposed.")]
public sealed class SegmentedContent : HttpContent
{
    private readonly IReadOnlyList<ReadOnlyMemory<byte>> _pieces;
    private readonly long _length;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private TaskCompletionSource? _sent;
    private int _sending;
    private bool _closed;

    /// <summary>Makes a body of pieces that follow each other.</summary>
    public SegmentedContent(IReadOnlyList<ReadOnlyMemory<byte>> pieces)
    {
        _pieces = pieces;
        foreach (var piece in pieces)
        {
            _length += piece.Length;
        }
    }

    /// <summary>Bytes of all pieces.</summary>
    public long Length => _length;

    /// <summary>Ends whatever still reads the memory, and lets nothing begin to. Once it completes the memory may be used for something else.</summary>
    public async ValueTask CloseAsync()
    {
        Task sent;
        lock (_gate)
        {
            _closed = true;
            sent = _sending == 0 ? Task.CompletedTask : (_sent ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        if (!sent.IsCompleted)
        {
            await _closing.CancelAsync().ConfigureAwait(false);
            await sent.ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            _sending++;
        }

        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
            foreach (var piece in _pieces)
            {
                await stream.WriteAsync(piece, either.Token).ConfigureAwait(false);
            }
        }
        finally
        {
            lock (_gate)
            {
                if (--_sending == 0)
                {
                    _sent?.TrySetResult();
                }
            }
        }
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = _length;
        return true;
    }
}
