using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Sluice.Testing.Processes;

/// <summary>
/// The real executable, started as a user would start it, in a directory of its own, with every port chosen by the system. Disposing kills
/// what still runs and removes the directory.
/// </summary>
public sealed partial class SluiceProcess : IAsyncDisposable
{
    private const int SignalTerminate = 15;
    private const int SignalKill = 9;
    private const int FileSizeLimit = 1;

    private readonly ConcurrentQueue<string> _output = new();
    private readonly Process _process;
    private bool _disposed;

    private SluiceProcess(Process process, string directory)
    {
        _process = process;
        Directory = directory;
    }

    /// <summary>Whether disposing removes <see cref="Directory"/>; false when it belongs to several processes, one after the other.</summary>
    public bool OwnsDirectory { get; set; } = true;

    /// <summary>Processor time that it has used; zero when it has ended.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            try
            {
                return _process.HasExited ? TimeSpan.Zero : _process.TotalProcessorTime;
            }
            catch (Exception e) when (e is InvalidOperationException or Win32Exception && _process.HasExited)
            {
                // It ended between the question and the answer.
                return TimeSpan.Zero;
            }
        }
    }

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Its working directory; the data directory is <c>sluice-data</c> below.</summary>
    public string Directory { get; }

    /// <summary>Where its data is.</summary>
    public string DataDirectory => Path.Combine(Directory, "sluice-data");

    /// <summary>Component to address, out of the ready file.</summary>
    public IReadOnlyDictionary<string, string> Endpoints { get; private set; } = new Dictionary<string, string>();

    /// <summary>Whether everything listens.</summary>
    public bool IsReady => File.Exists(ReadyFile);

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>Memory that it occupies now.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Everything it has printed, on stdout and stderr.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>The executable of the build that the tests were built with.</summary>
    public static string Executable { get; } = FindExecutable();

    /// <summary>The text of <c>--set</c> arguments that let the system choose every port of the default configuration.</summary>
    public static IReadOnlyList<string> FreePorts { get; } =
    [
        "--set", "receivers::otlp::protocols::grpc::endpoint=127.0.0.1:0",
        "--set", "receivers::otlp::protocols::http::endpoint=127.0.0.1:0",
        "--set", "extensions::health_check::endpoint=127.0.0.1:0",
        "--set", "service::telemetry::metrics::address=127.0.0.1:0",
        "--set", "service::api::endpoint=127.0.0.1:0",
    ];

    /// <summary>Makes a directory that a test can prepare before the start.</summary>
    public static string CreateDirectory() => System.IO.Directory.CreateTempSubdirectory("sluice-test-").FullName;

    /// <summary>Starts it and waits until everything listens.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="directory">A directory made with <see cref="CreateDirectory"/>, or null for a new one.</param>
    /// <param name="environment">Variables to set.</param>
    public static async Task<SluiceProcess> StartAsync(
        IEnumerable<string> arguments, string? directory = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var sluice = Begin(arguments, directory, environment);
        try
        {
            await sluice.WaitUntilReadyAsync().ConfigureAwait(false);
            return sluice;
        }
        catch
        {
            await sluice.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Starts it and does not wait: <see cref="WaitUntilReadyAsync"/> does.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="directory">A directory made with <see cref="CreateDirectory"/>, or null for a new one.</param>
    /// <param name="environment">Variables to set.</param>
    public static SluiceProcess Begin(
        IEnumerable<string> arguments, string? directory = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var home = directory ?? CreateDirectory();
        var readyFile = Path.Combine(home, "ready.json");
        File.Delete(readyFile);
        var sluice = new SluiceProcess(Launch([.. arguments, "--ready-file", readyFile], home, environment), home);
        sluice.Collect();
        return sluice;
    }

    /// <summary>Waits until everything listens.</summary>
    /// <exception cref="InvalidOperationException">It ended before.</exception>
    public async Task WaitUntilReadyAsync()
    {
        await Eventually.TrueAsync(
            () => Task.FromResult(IsReady || _process.HasExited), () => $"the ready file appears; the process printed:\n{Output}").ConfigureAwait(false);
        if (!IsReady)
        {
            await _process.WaitForExitAsync().ConfigureAwait(false);
            throw new InvalidOperationException($"Sluice ended with code {_process.ExitCode} before it was ready:\n{Output}");
        }

        Endpoints = JsonSerializer.Deserialize<Dictionary<string, string>>(await File.ReadAllTextAsync(ReadyFile).ConfigureAwait(false))!;
    }

    /// <summary>Waits until it has printed something: what it prints is read beside everything else, and so a little later.</summary>
    /// <param name="text">Part of a line.</param>
    public Task ExpectOutputAsync(string text) => Eventually.TrueAsync(
        () => Task.FromResult(Output.Contains(text, StringComparison.Ordinal)), () => $"it prints \"{text}\"; it printed:\n{Output}");

    /// <summary>Runs a command to its end.</summary>
    /// <returns>Its exit code, stdout and stderr.</returns>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(
        IEnumerable<string> arguments, string? directory = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        using var process = Launch(arguments, directory ?? Environment.CurrentDirectory, environment);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().ConfigureAwait(false);
        return (process.ExitCode, await output.ConfigureAwait(false), await error.ConfigureAwait(false));
    }

    /// <summary>Sends SIGTERM; nothing when the process has ended.</summary>
    public void Terminate() => Signal(SignalTerminate);

    /// <summary>Sends SIGKILL: nothing of the process runs after that.</summary>
    public void Kill() => Signal(SignalKill);

    /// <summary>Sends SIGTERM and waits for the end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync()
    {
        Terminate();
        return await WaitForExitAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// Limits how long its files may be, as <c>ulimit -f</c> does: a write beyond that is cut short there, and the next fails, though the
    /// file may be longer already. Needs no privileges, unlike a small file system.
    /// </summary>
    /// <param name="bytes">The limit, which may be raised and lowered; null for none.</param>
    public void LimitFileSize(long? bytes)
    {
        Span<ulong> limit = stackalloc ulong[2];
        if (GetLimit(_process.Id, FileSizeLimit, 0, limit) != 0)
        {
            throw new InvalidOperationException($"The limit of files cannot be read: error {Marshal.GetLastPInvokeError()}.");
        }

        // The soft limit alone: the hard one could not be raised again.
        limit[0] = bytes is { } length ? (ulong)length : limit[1];
        if (SetLimit(_process.Id, FileSizeLimit, limit, 0) != 0)
        {
            throw new InvalidOperationException($"The limit of files cannot be set: error {Marshal.GetLastPInvokeError()}.");
        }
    }

    /// <summary>Waits for the end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> WaitForExitAsync()
    {
        await Eventually.TrueAsync(
            () => Task.FromResult(_process.HasExited), () => $"the process ends; it printed:\n{Output}").ConfigureAwait(false);
        await _process.WaitForExitAsync().ConfigureAwait(false);
        return _process.ExitCode;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync().ConfigureAwait(false);
        }

        _process.Dispose();
        if (OwnsDirectory && System.IO.Directory.Exists(Directory))
        {
            // Another instance that ran in the same directory may have removed it already.
            System.IO.Directory.Delete(Directory, recursive: true);
        }
    }

    private string ReadyFile => Path.Combine(Directory, "ready.json");

    private static Process Launch(IEnumerable<string> arguments, string directory, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo(Executable, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException($"{Executable} did not start.");
    }

    private static string FindExecutable()
    {
        // artifacts/bin/<test project>/<configuration>/ beside artifacts/bin/Sluice/<configuration>/.
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var path = Path.Combine(output.Parent!.Parent!.FullName, "Sluice", output.Name, OperatingSystem.IsWindows() ? "sluice.exe" : "sluice");
        return File.Exists(path) ? path : throw new FileNotFoundException($"Build src/Sluice first: there is no {path}.");
    }

    private void Collect()
    {
        _process.OutputDataReceived += Add;
        _process.ErrorDataReceived += Add;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();

        void Add(object sender, DataReceivedEventArgs line)
        {
            if (line.Data is not null)
            {
                _output.Enqueue(line.Data);
            }
        }
    }

    private void Signal(int signal)
    {
        const int noSuchProcess = 3;
        if (NativeKill(_process.Id, signal) != 0 && Marshal.GetLastPInvokeError() != noSuchProcess)
        {
            throw new InvalidOperationException($"Signal {signal} could not be sent: error {Marshal.GetLastPInvokeError()}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int NativeKill(int processId, int signal);

    [LibraryImport("libc", EntryPoint = "prlimit64", SetLastError = true)]
    private static partial int GetLimit(int processId, int resource, nint newLimit, Span<ulong> oldLimit);

    [LibraryImport("libc", EntryPoint = "prlimit64", SetLastError = true)]
    private static partial int SetLimit(int processId, int resource, Span<ulong> newLimit, nint oldLimit);
}
