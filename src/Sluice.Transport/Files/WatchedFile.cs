using Microsoft.Extensions.Logging;

namespace Sluice.Transport.Files;

/// <summary>
/// A small text file that is read again every second, since a change of its contents may show in no time stamp: secrets are often links
/// that are swapped far above the file. What cannot be read keeps its last contents. Thread-safe.
/// </summary>
public sealed partial class WatchedFile : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly Action<string> _changed;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private string _contents;
    private bool _failing;
    private int _reading;

    /// <summary>Begins to watch.</summary>
    /// <param name="path">The file.</param>
    /// <param name="contents">Its contents, as <see cref="File.ReadAllText(string)"/> gave them.</param>
    /// <param name="changed">Called with contents that differ from those before, by one thread at a time. What it throws is logged, and the change not taken.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told when the file cannot be read or used, once.</param>
    public WatchedFile(string path, string contents, Action<string> changed, TimeProvider time, ILogger logger)
    {
        _path = path;
        _contents = contents;
        _changed = changed;
        _logger = logger;
        _timer = time.CreateTimer(static state => ((WatchedFile)state!).Look(), this, Interval, Interval);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private void Look()
    {
        if (Interlocked.Exchange(ref _reading, 1) != 0)
        {
            return;
        }

        try
        {
            var contents = File.ReadAllText(_path);
            if (contents != _contents)
            {
                _changed(contents);
                _contents = contents;
                LogChanged(_path);
            }

            _failing = false;
        }
        catch (Exception e)
        {
            if (!_failing)
            {
                _failing = true;
                LogFailed(_path, e.Message);
            }
        }
        finally
        {
            Volatile.Write(ref _reading, 0);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Path} has changed and was read again")]
    private partial void LogChanged(string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} cannot be read again, what was read before stays in use: {Problem}")]
    private partial void LogFailed(string path, string problem);
}
