using Sluice.Runtime.Contracts;

namespace Sluice.Components.Receivers.OtlpReceiver;

/// <summary>The <c>otlp</c> receiver.</summary>
public sealed class OtlpReceiverFactory : ReceiverFactory<OtlpReceiverOptions>
{
    /// <inheritdoc/>
    public override string Type => "otlp";

    /// <inheritdoc/>
    public override string Summary => "Receives logs, traces and metrics over OTLP/gRPC and OTLP/HTTP (protobuf and JSON).";

    /// <inheritdoc/>
    protected override IReceiver Create(ComponentContext context, OtlpReceiverOptions options, IIntake intake) =>
        new OtlpReceiver(context, options, intake);
}
