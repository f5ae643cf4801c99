using Sluice.Configuration;
using Sluice.Transport.Grpc;

namespace Sluice.Components.Receivers.OtlpReceiver;

/// <summary>How OTLP/gRPC is served.</summary>
public sealed record OtlpGrpcOptions : GrpcServerOptions
{
    /// <summary>The defaults.</summary>
    public OtlpGrpcOptions() => Endpoint = EndpointText.Parse("localhost:4317");
}
