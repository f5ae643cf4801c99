using OpenTelemetry.Exporter;

namespace Sluice.EndToEnd.Sdks;

/// <summary>The OpenTelemetry SDK for .NET, in this process.</summary>
public sealed class DotNetSdkTests
{
    private const int Records = 40;

    public static MatrixTheoryData<OtlpExportProtocol, OtlpExportCompression> Combinations => new(
        [OtlpExportProtocol.Grpc, OtlpExportProtocol.HttpProtobuf], [OtlpExportCompression.None, OtlpExportCompression.GZip]);

    [Theory]
    [MemberData(nameof(Combinations))]
    public Task Everything_sent_is_stored_and_written_equal_field_by_field(OtlpExportProtocol protocol, OtlpExportCompression compression) =>
        SdkScenario.RunAsync(endpoints =>
        {
            var endpoint = endpoints[protocol == OtlpExportProtocol.Grpc ? "otlp/grpc" : "otlp/http"];
            var sender = new DotNetSender($"{protocol}-{compression}", endpoint, protocol, compression);
            return Task.Run(() => sender.Send(Records));
        });
}
