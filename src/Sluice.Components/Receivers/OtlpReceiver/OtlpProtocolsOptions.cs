using Sluice.Configuration;

namespace Sluice.Components.Receivers.OtlpReceiver;

/// <summary>Which protocols the receiver listens for; one without a key is off.</summary>
public sealed record OtlpProtocolsOptions : IValidatableOptions
{
    /// <summary>OTLP/gRPC; off when null.</summary>
    [Option("OTLP over gRPC. `grpc:` alone switches it on with its defaults.")]
    public OtlpGrpcOptions? Grpc { get; init; }

    /// <summary>OTLP/HTTP; off when null.</summary>
    [Option("OTLP over HTTP/1.1, protobuf and JSON. `http:` alone switches it on with its defaults.")]
    public OtlpHttpOptions? Http { get; init; }

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (Grpc is null && Http is null)
        {
            context.Error("", "no protocol is given", "add grpc:, http: or both");
        }
    }
}
