using Sluice.Store.Files;

namespace Sluice.Store.Reading;

/// <summary>Keeps connections to store files open between searches, the least recently used closed first. Thread-safe.</summary>
internal sealed class FilePool(string directory) : IDisposable
{
    private const int MaxIdle = 48;

    private readonly Lock _gate = new();
    private readonly List<FileReader> _idle = [];
    private bool _isDisposed;

    /// <summary>Where the files are.</summary>
    public string Directory { get; } = directory;

    /// <summary>A connection that nobody else uses; give it back, or dispose it after a failure.</summary>
    public FileReader Rent(StoreFileName name)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            var index = _idle.FindLastIndex(reader => reader.Name == name && !reader.IsEmpty);
            if (index >= 0)
            {
                var reader = _idle[index];
                _idle.RemoveAt(index);
                return reader;
            }
        }

        return FileReader.Open(Directory, name);
    }

    /// <summary>Takes a connection back.</summary>
    public void Return(FileReader reader)
    {
        FileReader? close = reader;
        lock (_gate)
        {
            if (!_isDisposed && !reader.IsEmpty)
            {
                _idle.Add(reader);
                close = _idle.Count > MaxIdle ? _idle[0] : null;
                if (close is not null)
                {
                    _idle.RemoveAt(0);
                }
            }
        }

        close?.Dispose();
    }

    /// <summary>Closes connections to files that are no longer there, so that their space is given back.</summary>
    public void Keep(List<StoreFileName> files)
    {
        var gone = new List<FileReader>();
        lock (_gate)
        {
            for (var i = _idle.Count - 1; i >= 0; i--)
            {
                if (!files.Contains(_idle[i].Name))
                {
                    gone.Add(_idle[i]);
                    _idle.RemoveAt(i);
                }
            }
        }

        gone.ForEach(reader => reader.Dispose());
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _idle.ForEach(reader => reader.Dispose());
            _idle.Clear();
        }
    }
}
