using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Sluice.Runtime.Graph;
using Sluice.Runtime.Monitoring;
using Sluice.Transport.Prometheus;

namespace Sluice.Hosting;

/// <summary>
/// Sends the instance's own metrics, and traces of slow operations, with OTLP, as <c>service::telemetry</c> asks for. Own logs are sent by
/// <see cref="LoggingSetup"/>.
/// </summary>
internal sealed class OwnTelemetry : IAsyncDisposable
{
    /// <summary>How long a stop waits for the last sending; a backend that is away must not hold up the end.</summary>
    private static readonly TimeSpan LastSending = TimeSpan.FromSeconds(5);

    private readonly TracerProvider? _traces;
    private readonly MeterProvider? _metrics;
    private readonly OwnTelemetryFaults _faults;
    private bool _isShutDown;

    private OwnTelemetry(TracerProvider? traces, MeterProvider? metrics, OwnTelemetryFaults faults, SlowOperations slowOperations)
    {
        _traces = traces;
        _metrics = metrics;
        _faults = faults;
        SlowOperations = slowOperations;
    }

    /// <summary>Where the runtime reports what took long.</summary>
    public SlowOperations SlowOperations { get; }

    /// <summary>Begins to send what is configured.</summary>
    /// <param name="options">What is sent where; nothing by default.</param>
    /// <param name="loggers">Told when sending fails.</param>
    /// <exception cref="Sluice.Runtime.Contracts.ComponentStartException">A certificate cannot be used.</exception>
    public static OwnTelemetry Start(TelemetryOptions options, ILoggerFactory loggers)
    {
        var spans = options.Traces.Level == TelemetryTracesLevel.None ? [] : options.Traces.Processors;
        var readers = options.Metrics.Level == TelemetryMetricsLevel.None ? [] : options.Metrics.Readers.Where(reader => reader.Periodic is not null).ToList();
        var faults = new OwnTelemetryFaults(loggers.CreateLogger(LoggingSetup.OwnTelemetryCategory));
        var slowOperations = spans.Count > 0 ? new SlowOperations(options.Traces.SlowThreshold, TimeProvider.System) : SlowOperations.None;
        try
        {
            return new OwnTelemetry(
                spans.Count > 0 ? BuildTraces(options, spans) : null, readers.Count > 0 ? BuildMetrics(options, readers) : null, faults, slowOperations);
        }
        catch
        {
            faults.Dispose();
            throw;
        }
    }

    /// <summary>Sends what is left, for a bounded time.</summary>
    public async Task ShutdownAsync()
    {
        _isShutDown = true;
        var milliseconds = (int)LastSending.TotalMilliseconds;
        await Task.WhenAll(Task.Run(() => _traces?.Shutdown(milliseconds)), Task.Run(() => _metrics?.Shutdown(milliseconds))).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_isShutDown)
        {
            await ShutdownAsync().ConfigureAwait(false);
        }

        _traces?.Dispose();
        _metrics?.Dispose();
        _faults.Dispose();
        if (SlowOperations != SlowOperations.None)
        {
            SlowOperations.Dispose();
        }
    }

    private static TracerProvider BuildTraces(TelemetryOptions options, IReadOnlyList<TelemetryProcessorOptions> processors)
    {
        var builder = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(OwnTelemetryExporters.Resource(options))
            .SetSampler(new AlwaysOnSampler())
            .AddSource(SlowOperations.SourceName);
        foreach (var processor in processors)
        {
            builder.AddProcessor(OwnTelemetryExporters.Spans(processor.Batch!));
        }

        return builder.Build();
    }

    private static MeterProvider BuildMetrics(TelemetryOptions options, List<TelemetryReaderOptions> readers)
    {
        var builder = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(OwnTelemetryExporters.Resource(options))
            .AddMeter(Instance.MeterName)
            .AddView(instrument => instrument.GetType().GetGenericTypeDefinition() == typeof(Histogram<>)
                ? new ExplicitBucketHistogramConfiguration { Boundaries = HistogramBounds.Of(instrument) }
                : null);
        foreach (var reader in readers)
        {
            builder.AddReader(OwnTelemetryExporters.Metrics(reader.Periodic!));
        }

        return builder.Build();
    }
}
