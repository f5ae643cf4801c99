using Sluice.EndToEnd.Support;
using Sluice.Testing.Processes;

namespace Sluice.EndToEnd.Sdks;

/// <summary>The OpenTelemetry SDK for JavaScript, run by Node.js.</summary>
public sealed class JavaScriptSdkTests
{
    private const int Records = 40;

    public static MatrixTheoryData<string, string> Combinations => new(["grpc", "http/protobuf", "http/json"], ["none", "gzip"]);

    [Theory]
    [MemberData(nameof(Combinations))]
    public async Task Everything_sent_is_stored_and_written_equal_field_by_field(string protocol, string compression)
    {
        NodeScript.SkipUnlessInstalled();
        await SdkScenario.RunAsync(endpoints => JavaScriptSender.SendAsync(
            protocol, endpoints[protocol == "grpc" ? "otlp/grpc" : "otlp/http"], compression, $"{protocol.Replace('/', '-')}-{compression}", Records));
    }
}
