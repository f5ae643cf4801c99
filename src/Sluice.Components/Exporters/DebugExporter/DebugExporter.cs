using System.Text;
using Microsoft.Extensions.Logging;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Runtime.Threading;
using Sluice.Telemetry;

namespace Sluice.Components.Exporters.DebugExporter;

/// <summary>Prints records, in journal order, on a thread of its own, since a terminal or pipe may block.</summary>
internal sealed class DebugExporter : IExporter
{
    private readonly ComponentContext _context;
    private readonly DebugExporterOptions _options;
    private readonly MessageSampler _sampler;
    private readonly List<Stream> _outputs = [];
    private NamedThread? _thread;

    public DebugExporter(ComponentContext context, DebugExporterOptions options)
    {
        _context = context;
        _options = options;
        _sampler = new MessageSampler(options.SamplingInitial, options.SamplingThereafter, context.Time);
    }

    public DeliveryOrder Order => DeliveryOrder.Journal;

    public ValueTask StartAsync(ExporterStart start, CancellationToken cancellationToken)
    {
        if (!_options.UseInternalLogger)
        {
            for (var i = 0; i < _options.OutputPaths.Count; i++)
            {
                _outputs.Add(OpenOutput(_options.OutputPaths[i], i));
            }
        }

        _thread = new NamedThread($"debug {_context.Id}");
        return ValueTask.CompletedTask;
    }

    public async ValueTask<DeliveryOutcome> DeliverAsync(DeliveryBatch batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return await (_thread ?? throw new InvalidOperationException("The exporter is not started.")).RunAsync(() => Print(batch));
    }

    public async ValueTask DisposeAsync()
    {
        if (_thread is not null)
        {
            await _thread.DisposeAsync();
        }

        foreach (var output in _outputs)
        {
            await output.DisposeAsync();
        }
    }

    private Stream OpenOutput(string path, int index)
    {
        try
        {
            return path switch
            {
                "stdout" => Console.OpenStandardOutput(),
                "stderr" => Console.OpenStandardError(),
                _ => new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ComponentStartException(
                $"exporters::{_context.Id}::output_paths[{index}]: \"{path}\" cannot be opened ({e.Message}); name stdout, stderr or a file that can be written", e);
        }
    }

    private DeliveryOutcome Print(DeliveryBatch batch)
    {
        var segments = batch.Segments;
        for (var start = 0; start < segments.Count;)
        {
            var signal = segments[start].Batch.Signal;
            var end = start + 1;
            while (end < segments.Count && segments[end].Batch.Signal == signal)
            {
                end++;
            }

            if (_sampler.Take(signal) && PrintMessage(signal, segments.Skip(start).Take(end - start).ToList()) is { } problem)
            {
                return DeliveryOutcome.Retry(problem);
            }

            start = end;
        }

        return DeliveryOutcome.Delivered();
    }

    /// <summary>Prints a run of segments of one signal.</summary>
    /// <returns>What went wrong; null when nothing did.</returns>
    private string? PrintMessage(Signal signal, IReadOnlyList<DeliverySegment> segments)
    {
        var text = new DebugText();
        DebugMessage.Write(text, _options.Verbosity, signal, segments);
        if (_options.UseInternalLogger)
        {
            _context.Logger.LogInformation("{Telemetry}", text.ToString());
            return null;
        }

        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        foreach (var output in _outputs)
        {
            try
            {
                output.Write(bytes);
                output.Flush();
            }
            catch (IOException e)
            {
                return $"cannot print: {e.Message}";
            }
        }

        return null;
    }
}
