using Sluice.Configuration;

namespace Sluice.Components.Receivers.OtlpReceiver;

/// <summary>Options of the <c>otlp</c> receiver.</summary>
public sealed record OtlpReceiverOptions
{
    /// <summary>The protocols to listen for.</summary>
    [Option("The protocols to listen for; at least one.", Required = true)]
    public OtlpProtocolsOptions Protocols { get; init; } = new();
}
