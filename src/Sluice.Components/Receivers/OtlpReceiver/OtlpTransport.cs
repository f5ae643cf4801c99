namespace Sluice.Components.Receivers.OtlpReceiver;

/// <summary>The three forms of OTLP, in the order of their metric labels.</summary>
internal enum OtlpTransport
{
    /// <summary>Protobuf over gRPC.</summary>
    Grpc,

    /// <summary>Protobuf over HTTP/1.1.</summary>
    HttpProtobuf,

    /// <summary>JSON over HTTP/1.1.</summary>
    HttpJson,
}
