using Sluice.Runtime.Delivery;
using Sluice.Transport.Grpc;
using Sluice.Transport.Rpc;

namespace Sluice.Components.Exporters.OtlpGrpcExporter;

/// <summary>What a status of gRPC means for a batch; the OTLP specification, "OTLP/gRPC Response" and "OTLP/gRPC Throttling".</summary>
internal static class OtlpGrpcAnswers
{
    /// <summary>Judges an answer other than OK.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="reason">What is said about it.</param>
    public static DeliveryOutcome Judge(in GrpcAnswer answer, string reason)
    {
        if (answer.IsBroken)
        {
            return DeliveryOutcome.Retry(reason);
        }

        if (answer.HttpStatus == 413)
        {
            return DeliveryOutcome.TooLarge(reason);
        }

        var delay = answer.Status.RetryDelay;
        switch (answer.Status.Code)
        {
            case RpcCode.Cancelled or RpcCode.DeadlineExceeded or RpcCode.Aborted or RpcCode.OutOfRange or RpcCode.Unavailable or RpcCode.DataLoss:
            case RpcCode.ResourceExhausted when delay is not null:
                return DeliveryOutcome.Retry(reason, delay);

            // About the configuration or the credentials, not about the records: nothing must go to the dead letters for it.
            case RpcCode.Unauthenticated or RpcCode.PermissionDenied or RpcCode.NotFound or RpcCode.Unimplemented:
                return DeliveryOutcome.Fatal(reason);

            // Without a delay RESOURCE_EXHAUSTED is what servers answer to messages above their limit: smaller ones may be fine.
            default:
                return DeliveryOutcome.RejectedWhole(reason);
        }
    }
}
