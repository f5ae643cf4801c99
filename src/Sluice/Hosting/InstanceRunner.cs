using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Sluice.Commands;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Graph;

namespace Sluice.Hosting;

/// <summary>Runs an instance from start to drained: says what listens where, waits for SIGTERM or SIGINT, and stops in order.</summary>
internal sealed partial class InstanceRunner(GraphModel model, string dataDirectory, string? readyFile)
{
    private static readonly TimeSpan OneRequest = TimeSpan.FromMilliseconds(500);

    private long _firstSignal;

    /// <summary>
    /// SIGXFSZ, which .NET has no name for: a write beyond the limit that the system sets for files (<c>ulimit -f</c>) ends a process that
    /// does not take it. Taken, the write fails like one on a full disk, and is dealt with like that.
    /// </summary>
    private const PosixSignal FileTooLarge = (PosixSignal)25;

    /// <summary>Runs until a signal, or until <paramref name="whileRunning"/> ends.</summary>
    /// <param name="whileRunning">Something to do while it runs, such as the demo; given what listens, cancelled by the signal.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(Func<IReadOnlyList<BoundEndpoint>, CancellationToken, Task>? whileRunning = null)
    {
        using var stop = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => OnSignal(context, stop));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => OnSignal(context, stop));
        using var fileTooLarge = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(FileTooLarge, static context => context.Cancel = true);
        try
        {
            using var loggers = LoggingSetup.Create(model.Service.Telemetry);
            var logger = loggers.CreateLogger("sluice");
            if (readyFile is not null)
            {
                ReadyFile.Clear(readyFile);
            }

            var instance = await Instance.StartAsync(model, dataDirectory, loggers, stop.Token).ConfigureAwait(false);
            await using (instance.ConfigureAwait(false))
            {
                return await ServeAsync(instance, logger, whileRunning, stop.Token).ConfigureAwait(false);
            }
        }
        catch (ComponentStartException exception)
        {
            await Console.Error.WriteLineAsync($"Sluice cannot start: {exception.Message}").ConfigureAwait(false);
            return ExitCodes.Failure;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to stop while starting: nothing was taken in, so nothing is lost.
            return ExitCodes.Success;
        }
    }

    private async Task<int> ServeAsync(
        Instance instance, ILogger logger, Func<IReadOnlyList<BoundEndpoint>, CancellationToken, Task>? whileRunning, CancellationToken stop)
    {
        StartupReport.Write(Console.Out, instance.Endpoints, dataDirectory, instance.HasStore);
        if (readyFile is not null)
        {
            ReadyFile.Write(readyFile, instance.Endpoints);
        }

        try
        {
            await (whileRunning?.Invoke(instance.Endpoints, stop) ?? Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The signal that ends every run.
        }

        LogStopping(logger, model.Service.ShutdownTimeout.TotalSeconds);
        using var deadline = new CancellationTokenSource(model.Service.ShutdownTimeout, TimeProvider.System);
        var undelivered = await instance.StopAsync(deadline.Token).ConfigureAwait(false);
        if (undelivered == 0)
        {
            LogDrained(logger);
            return ExitCodes.Success;
        }

        if (model.Service.Journal.Type == JournalKind.Disk)
        {
            LogKept(logger, undelivered);
            return ExitCodes.Success;
        }

        LogLost(logger, undelivered);
        return ExitCodes.RecordsLost;
    }

    /// <summary>
    /// The first signal starts the drain; another one means now. Supervisors such as timeout(1) signal the process and its group, so that
    /// one request to stop arrives twice: what comes right behind the first is the same request.
    /// </summary>
    private void OnSignal(PosixSignalContext context, CancellationTokenSource stop)
    {
        var now = TimeProvider.System.GetTimestamp();
        var first = Interlocked.CompareExchange(ref _firstSignal, now, 0);
        if (first == 0)
        {
            context.Cancel = true;
            stop.Cancel();
        }
        else if (TimeProvider.System.GetElapsedTime(first, now) < OneRequest)
        {
            context.Cancel = true;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopping: receivers are closing, exporters have up to {Seconds} s to deliver what is left")]
    private static partial void LogStopping(ILogger logger, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopped: everything taken in was delivered")]
    private static partial void LogDrained(ILogger logger);

    [LoggerMessage(Level = LogLevel.Error, Message = "Stopped with {Records} deliveries undone; the journal is in memory, so they are lost. service::shutdown_timeout allows more time, and service::journal::type: disk keeps them")]
    private static partial void LogLost(ILogger logger, long records);

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopped with {Records} deliveries undone; they are in the journal and go out after the next start")]
    private static partial void LogKept(ILogger logger, long records);
}
