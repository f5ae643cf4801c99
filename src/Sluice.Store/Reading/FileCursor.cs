using System.Runtime.ExceptionServices;
using Sluice.Store.Files;

namespace Sluice.Store.Reading;

/// <summary>
/// Walks the files of a store for one search, one rented connection at a time, lets cancellation reach the statement that runs, and turns
/// files that cannot be read into warnings: a search answers with what can be read and says what could not.
/// </summary>
internal sealed class FileCursor : IDisposable
{
    private readonly FilePool _pool;
    private readonly List<StoreFileName> _files;
    private readonly List<string> _warnings;
    private readonly CancellationToken _cancellationToken;
    private CancellationTokenRegistration _registration;
    private int _next;

    public FileCursor(FilePool pool, SearchOrder order, List<string> warnings, CancellationToken cancellationToken)
    {
        _pool = pool;
        _warnings = warnings;
        _cancellationToken = cancellationToken;
        _files = StoreFileName.List(pool.Directory);
        pool.Keep(_files);
        if (order == SearchOrder.NewestFirst)
        {
            _files.Reverse();
        }
    }

    /// <summary>The file at hand; null before the first and behind the last.</summary>
    public FileReader? Current { get; private set; }

    /// <summary>Moves to the next file that can be opened and has something in it.</summary>
    /// <param name="isWanted">Decides by its name.</param>
    public bool MoveNext(Func<StoreFileName, bool>? isWanted = null)
    {
        Release();
        while (_next < _files.Count)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            var name = _files[_next++];
            if (isWanted?.Invoke(name) == false)
            {
                continue;
            }

            try
            {
                var reader = _pool.Rent(name);
                if (reader.IsEmpty)
                {
                    reader.Dispose();
                    continue;
                }

                Current = reader;
                _registration = _cancellationToken.UnsafeRegister(static state => ((FileReader)state!).Connection.Interrupt(), reader);
                return true;
            }
            catch (StoreException error) when (IsAboutTheFile(error))
            {
                Warn(name, error);
            }
        }

        return false;
    }

    /// <summary>
    /// What to do about a failure while the file at hand is read: give the file up with a warning and go on with the next. To be called in
    /// the handler, with nothing else in the way of the failure.
    /// </summary>
    /// <exception cref="OperationCanceledException">The failure was an interruption asked for.</exception>
    /// <exception cref="StoreException">The failure is not about this file.</exception>
    public void GiveUpOrThrow(StoreException error)
    {
        if (error.Failure == StoreFailure.Interrupted)
        {
            _cancellationToken.ThrowIfCancellationRequested();
        }

        if (Current is not { } reader || !IsAboutTheFile(error))
        {
            ExceptionDispatchInfo.Throw(error);
            return;
        }

        Warn(reader.Name, error);
        _registration.Dispose();
        reader.Dispose();
        Current = null;
    }

    /// <summary>Takes the file at hand out of this cursor: the caller returns it to the pool.</summary>
    public FileReader Detach()
    {
        var reader = Current!;
        _registration.Dispose();
        Current = null;
        return reader;
    }

    public void Dispose() => Release();

    private static bool IsAboutTheFile(StoreException error) =>
        error.Failure is StoreFailure.Corrupt or StoreFailure.Denied or StoreFailure.NewerFormat or StoreFailure.Io;

    private void Release()
    {
        if (Current is not null)
        {
            // Waits for an interruption under way, so that it cannot hit the next user of the connection.
            _registration.Dispose();
            _pool.Return(Current);
            Current = null;
        }
    }

    private void Warn(StoreFileName name, StoreException error)
    {
        // A file that was dropped between the listing and the opening is no damage.
        if (File.Exists(name.In(_pool.Directory)))
        {
            _warnings.Add($"The store file {name} could not be read and is left out: {error.Message}");
        }
    }
}
