using Sluice.Buffers;
using Sluice.Store.Writing;

namespace Sluice.Store;

/// <summary>
/// The one writer of a store. Each <see cref="ApplyAsync"/> is a transaction that holds the records and how far each topic is applied, so
/// that records which are delivered again are recognised and stored once. All writing is done by the thread <c>sluice-store</c>.
/// </summary>
public sealed class StoreWriter : IAsyncDisposable
{
    private static readonly TimeSpan MaintenanceInterval = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly StoreFiles _files;
    private readonly Thread _thread;
    private readonly ITimer _timer;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Request? _request;
    private bool _maintenanceIsDue = true;
    private bool _isStopping;

    private StoreWriter(StoreFiles files, TimeProvider time)
    {
        _files = files;
        _thread = new Thread(Run) { Name = "sluice-store", IsBackground = true };
        _timer = time.CreateTimer(static self => ((StoreWriter)self!).RequestMaintenance(), this, MaintenanceInterval, MaintenanceInterval);
        _thread.Start();
    }

    /// <summary>Opens the store for writing, and makes its directory when missing.</summary>
    /// <param name="options">Where it is and how much it keeps.</param>
    /// <param name="journalId">The journal whose record ids it will be given.</param>
    /// <param name="pool">Where its buffers come from.</param>
    /// <param name="time">The clock, for retention.</param>
    /// <param name="notify">Told what the store does by itself; called on any thread, and must not throw.</param>
    /// <exception cref="StoreException">The directory cannot be used, or another writer uses it.</exception>
    public static StoreWriter Open(StoreOptions options, Guid journalId, BufferPool pool, TimeProvider time, Action<StoreNotice> notify) =>
        new(StoreFiles.Open(options, journalId, pool, time, notify), time);

    /// <summary>Stores records that are not in the store yet. One call at a time; segments in journal order.</summary>
    /// <param name="segments">Lent until the call is over.</param>
    /// <param name="cancellationToken">Gives the attempt up and rolls it back; the call still ends only when the records are not touched any more.</param>
    /// <exception cref="StoreException">
    /// Nothing of the current file's share was stored; the same call may succeed later, and its counts then include what this one stored in
    /// files before.
    /// </exception>
    public async ValueTask<ApplyResult> ApplyAsync(IReadOnlyList<StoreSegment> segments, CancellationToken cancellationToken)
    {
        var request = new Request(segments, cancellationToken);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isStopping, this);
            if (_request is not null)
            {
                throw new InvalidOperationException("The store takes one batch at a time.");
            }

            _request = request;
        }

        _work.Release();
        return await request.Completion.Task.ConfigureAwait(false);
    }

    /// <summary>Ends the writing and closes the files. A call under way is finished first.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _isStopping = true;
        }

        await _timer.DisposeAsync().ConfigureAwait(false);
        _work.Release();
        await _stopped.Task.ConfigureAwait(false);
    }

    private void RequestMaintenance()
    {
        lock (_gate)
        {
            _maintenanceIsDue = true;
        }

        _work.Release();
    }

    private void Run()
    {
        while (true)
        {
            _work.Wait();
            Request? request;
            bool maintain;
            lock (_gate)
            {
                (request, maintain) = (_request, _maintenanceIsDue);
                (_request, _maintenanceIsDue) = (null, false);
                if (request is null && _isStopping)
                {
                    break;
                }
            }

            if (maintain)
            {
                _files.Maintain();
            }

            if (request is not null)
            {
                Serve(request);
            }
        }

        _files.Dispose();
        _stopped.SetResult();
    }

    private void Serve(Request request)
    {
        try
        {
            request.Completion.SetResult(_files.Apply(request.Segments, request.CancellationToken));
        }
        catch (OperationCanceledException canceled)
        {
            request.Completion.SetCanceled(canceled.CancellationToken);
        }
        catch (Exception error)
        {
            request.Completion.SetException(error);
        }
    }

    private sealed class Request(IReadOnlyList<StoreSegment> segments, CancellationToken cancellationToken)
    {
        public IReadOnlyList<StoreSegment> Segments { get; } = segments;

        public CancellationToken CancellationToken { get; } = cancellationToken;

        public TaskCompletionSource<ApplyResult> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
