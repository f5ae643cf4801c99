using Microsoft.Extensions.Logging;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Runtime.Health;
using Sluice.Runtime.Threading;

namespace Sluice.Components.Exporters.FileExporter;

/// <summary>
/// Writes records to a file, in journal order, each once: the cursor carries which file was written and how long it was, and a restart
/// cuts off what came after. The journal hears of a file before the first byte is written to it. All I/O happens on the exporter's own thread.
/// </summary>
internal sealed class FileExporter : IExporter
{
    private readonly FileExporterOptions _options;
    private readonly ComponentContext _context;
    private readonly IFileEncoder _encoder;
    private NamedThread? _thread;
    private RotatingFile? _file;
    private ChunkedOutput? _output;

    public FileExporter(ComponentContext context, FileExporterOptions options)
    {
        _context = context;
        _options = options;
        _encoder = options.Format switch
        {
            FileFormat.JsonLines => new JsonLinesFileEncoder(context.Pool.Buffers),
            FileFormat.CloudEvents => new CloudEventsFileEncoder(context.Pool.Buffers),
            FileFormat.Proto => new ProtoFileEncoder(),
            _ => new OtlpJsonFileEncoder(),
        };
    }

    public DeliveryOrder Order => DeliveryOrder.Journal;

    public async ValueTask StartAsync(ExporterStart start, CancellationToken cancellationToken)
    {
        if (Directory.Exists(_options.Path))
        {
            throw new ComponentStartException(
                $"exporters::{_context.Id}::path: \"{_options.Path}\" is a directory; name a file in it, such as \"{Path.Combine(_options.Path, "telemetry.jsonl")}\"");
        }

        FileState? settled = null;
        if (!start.State.IsEmpty && !FileState.TryDecode(start.State, out settled))
        {
            throw new ComponentStartException(
                $"exporters::{_context.Id}: the position kept in the journal is not one of a file exporter; give the exporter another name, so that it starts anew");
        }

        _file = new RotatingFile(_options, settled, _context.Time, _context.Logger);
        _output = new ChunkedOutput(_context.Pool.Buffers, _file);
        _thread = new NamedThread($"file {_context.Id}");
        if (await _thread.RunAsync(TryOpen) is { } problem)
        {
            _context.Logger.LogWarning("Cannot write yet: {Problem}", problem);
            _context.Health.Set(HealthState.Degraded, problem);
        }
    }

    /// <summary>Writes a batch. Once begun a write is not cut off: the batch is lent, and the disk decides how long it takes.</summary>
    public async ValueTask<DeliveryOutcome> DeliverAsync(DeliveryBatch batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return await (_thread ?? throw new InvalidOperationException("The exporter is not started.")).RunAsync(() => Deliver(batch));
    }

    public async ValueTask DisposeAsync()
    {
        if (_thread is not null)
        {
            await _thread.DisposeAsync();
        }

        _file?.Dispose();
        _output?.Dispose();
        _encoder.Dispose();
    }

    private string? TryOpen()
    {
        try
        {
            _file!.Check();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _file!.Abandon();
            return Explain(e);
        }
    }

    private DeliveryOutcome Deliver(DeliveryBatch batch)
    {
        var whole = false;
        try
        {
            _file!.Open();
            if (_file.TryAnnounce(out var found))
            {
                whole = true;
                return DeliveryOutcome.StateFirst(found.Encode());
            }

            _output!.Begin(2 * batch.ByteCount);
            foreach (var segment in batch.Segments)
            {
                _encoder.Encode(in segment, _output);
            }

            _output.Flush();
            if (_file.TryAnnounce(out var begun))
            {
                whole = true;
                return DeliveryOutcome.StateFirst(begun.Encode());
            }

            var state = _file.Complete();
            whole = true;
            return DeliveryOutcome.Delivered(state.Encode());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return DeliveryOutcome.Retry(Explain(e));
        }
        finally
        {
            _output!.Dispose();
            if (!whole)
            {
                _file!.Abandon();
            }
        }
    }

    private string Explain(Exception e) => e switch
    {
        DirectoryNotFoundException => $"the directory of {_options.Path} does not exist; create it, or set create_directory: true",
        UnauthorizedAccessException when Directory.Exists(_options.Path) => $"{_options.Path} has become a directory",
        UnauthorizedAccessException => $"{_options.Path} may not be written by this user",
        _ => $"cannot write {_options.Path}: {e.Message}",
    };
}
