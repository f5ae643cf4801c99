using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Sluice.Scenarios;

/// <summary>A process that this one started, on the processors that it may use. Disposing kills it if it still runs.</summary>
internal sealed partial class Child : IAsyncDisposable
{
    private const int SignalTerminate = 15;
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly string _name;
    private readonly Task<string> _output;
    private readonly Task<string> _errors;

    private Child(Process process, string name)
    {
        _process = process;
        _name = name;
        _output = process.StandardOutput.ReadToEndAsync();
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Processor time that it has used.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>The most memory that it has occupied.</summary>
    public long PeakResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64;
        }
    }

    /// <summary>The memory that it occupies now.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts a process.</summary>
    /// <param name="processors">The processors that it may use, as <c>taskset -c</c> takes them; null for all.</param>
    /// <param name="executable">What is started.</param>
    /// <param name="arguments">Its command line.</param>
    /// <param name="environment">Variables to set.</param>
    public static Child Start(string? processors, string executable, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        if (!File.Exists(executable))
        {
            throw new BenchmarkException($"There is no {executable}: start this by benchmarks/scenarios/run, which builds it.");
        }

        // Set before it runs: a runtime counts its processors once, at the start. taskset becomes the process, so the id is right.
        var start = processors is null
            ? new ProcessStartInfo(executable, arguments)
            : new ProcessStartInfo("taskset", ["-c", processors, executable, .. arguments]);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return new Child(Process.Start(start)!, Path.GetFileNameWithoutExtension(executable));
    }

    /// <summary>Waits for the file that the process writes when it listens.</summary>
    /// <returns>What is in it.</returns>
    public async Task<string> ReadyAsync(string readyFile, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (!File.Exists(readyFile))
        {
            if (_process.HasExited)
            {
                throw new BenchmarkException($"{_name} ended before it was ready:\n{await _errors.ConfigureAwait(false)}");
            }

            if (Stopwatch.GetElapsedTime(started) > StartTimeout)
            {
                throw new BenchmarkException($"{_name} was not ready within {StartTimeout.TotalSeconds} s.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken).ConfigureAwait(false);
        }

        return await File.ReadAllTextAsync(readyFile, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>What it printed on stdout.</returns>
    /// <exception cref="BenchmarkException">It ended with an exit code.</exception>
    public async Task<string> CompleteAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return _process.ExitCode == 0
            ? await _output.ConfigureAwait(false)
            : throw new BenchmarkException($"{_name} ended with code {_process.ExitCode}:\n{await _output.ConfigureAwait(false)}{await _errors.ConfigureAwait(false)}");
    }

    /// <summary>Tells it to end, and waits until it has.</summary>
    /// <returns>What it printed on stdout.</returns>
    public Task<string> StopAsync(CancellationToken cancellationToken)
    {
        // A process that has ended by itself is not there to be told; its exit code says why.
        Terminate(_process.Id);
        return CompleteAsync(cancellationToken);
    }

    /// <summary>Tells a process to end.</summary>
    public static void Terminate(int processId) => _ = Kill(processId, SignalTerminate);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync().ConfigureAwait(false);
        }

        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
