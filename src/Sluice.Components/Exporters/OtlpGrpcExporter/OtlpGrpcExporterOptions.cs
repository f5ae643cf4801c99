using Sluice.Configuration;
using Sluice.Journal;
using Sluice.Runtime.Delivery;
using Sluice.Transport.Grpc;

namespace Sluice.Components.Exporters.OtlpGrpcExporter;

/// <summary>Options of the <c>otlp_grpc</c> exporter: the Collector's keys, and Sluice's own for delivery.</summary>
public sealed record OtlpGrpcExporterOptions : GrpcClientOptions, IDeliveryOptions
{
    /// <summary>How hard compression tries.</summary>
    [Option("How much time compression spends, from 1 (fast) to 9 (small).", Min = 1, Max = 9)]
    public int CompressionLevel { get; init; } = 1;

    /// <summary>The time of one attempt; zero for no limit.</summary>
    [Option("How long one attempt may take, connecting included; 0s for no limit. The server is told.", Min = 0, Max = OptionAttribute.LongestWait)]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How records are gathered.</summary>
    [Option("How records are gathered before they are sent. Without batch: by 1MiB of records, at most 3MiB, or 200ms.")]
    public SendingQueueOptions SendingQueue { get; init; } = new();

    /// <summary>What happens when the server cannot take them.</summary>
    [Option("What happens when the server cannot take a request now.")]
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
}
