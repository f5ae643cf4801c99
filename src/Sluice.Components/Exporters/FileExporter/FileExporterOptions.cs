using Sluice.Configuration;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;

namespace Sluice.Components.Exporters.FileExporter;

/// <summary>Options of the <c>file</c> exporter: the Collector's keys, and Sluice's own for exactness and delivery.</summary>
[IgnoredOption("flush_interval", "nothing is buffered between batches; sending_queue::batch::flush_timeout sets how long records are gathered")]
[IgnoredOption("directory_permissions", "the process's umask decides about directories that are created")]
[UnsupportedOption("encoding", "set format to json, json_lines, cloudevents or proto: there are no encoding extensions")]
[UnsupportedOption("compression", "compress the rotated files, or let the file system do it: an open compressed file cannot be cut back after a crash")]
[UnsupportedOption("compression_params", "compress the rotated files, or let the file system do it")]
[UnsupportedOption("group_by", "configure one file exporter per group, and route to them by pipeline")]
public sealed record FileExporterOptions : IValidatableOptions, IDeliveryOptions, IPathOwner
{
    /// <summary>The file.</summary>
    [Option("The file. Relative paths start at the working directory.", Required = true)]
    public string Path { get; init; } = "";

    /// <summary>Whether a file found at the first start is continued.</summary>
    [Option("Whether a file that is there when the exporter starts for the first time is continued; otherwise, and without rotation, it is emptied when the first batch comes. After a restart the exporter's own file is always continued.")]
    public bool Append { get; init; }

    /// <summary>How records are written.</summary>
    [Option("json: OTLP-JSON, one export request per line; json_lines: the envelope, one object per record; cloudevents: CloudEvents 1.0, one structured event per record; proto: OTLP protobuf, each export request behind its length in four bytes, big-endian.")]
    public FileFormat Format { get; init; } = FileFormat.Json;

    /// <summary>Whether missing directories are made.</summary>
    [Option("Whether missing directories of the path are created.")]
    public bool CreateDirectory { get; init; }

    /// <summary>When a new file is begun; null for never.</summary>
    [Option("When the file is renamed to a backup and a new one begun; absent for never.")]
    public FileRotationOptions? Rotation { get; init; }

    /// <summary>Whether batches are on the disk before they count as delivered.</summary>
    [Option("Whether every batch is flushed to the disk before it counts as delivered. Without it a crash of the system, not of the process, can lose what was written last.")]
    public bool Fsync { get; init; } = true;

    /// <summary>How records are gathered.</summary>
    [Option("How records are gathered before they are written.")]
    public SendingQueueOptions SendingQueue { get; init; } = new();

    /// <summary>What happens when the file cannot be written.</summary>
    [Option("What happens when the file cannot be written.")]
    public RetryOptions RetryOnFailure { get; init; } = new();

    /// <summary>Bytes it may lag behind.</summary>
    [Option("Bytes of the journal it may lag behind; absent for all of it.")]
    public ByteSize? MaxLag { get; init; }

    /// <summary>What happens when it lags too far.</summary>
    [Option("What happens when it lags too far: reject refuses new data for its pipelines, drop_oldest drops and counts the oldest.")]
    public OnFull OnFull { get; init; } = OnFull.Reject;

    /// <summary>Where it starts when it is new.</summary>
    [Option("Where it starts when it is new: latest (new records only) or earliest (all that the journal still holds).")]
    public StartAt StartAt { get; init; } = StartAt.Latest;

    string IPathOwner.PathKey => "path";

    string? IPathOwner.OwnedPath => Path.Length == 0 ? null : System.IO.Path.GetFullPath(Path);

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (Path.Length == 0)
        {
            context.Error("path", "is empty", "name a file, such as ./telemetry.jsonl");
        }
        else if (System.IO.Path.EndsInDirectorySeparator(Path))
        {
            context.Error("path", $"\"{Path}\" names a directory", "name a file in it");
        }
    }
}
