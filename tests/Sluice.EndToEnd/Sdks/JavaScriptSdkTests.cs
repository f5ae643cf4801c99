using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Sluice.EndToEnd.Support;
using Sluice.Testing;

namespace Sluice.EndToEnd.Sdks;

/// <summary>The OpenTelemetry SDK for JavaScript, run by Node.js.</summary>
public sealed class JavaScriptSdkTests
{
    private const int Records = 40;

    private static readonly string Folder = GoldenFile.PathOf("tests/Sluice.EndToEnd/js");

    public static MatrixTheoryData<string, string> Combinations => new(["grpc", "http/protobuf", "http/json"], ["none", "gzip"]);

    [Theory]
    [MemberData(nameof(Combinations))]
    public async Task Everything_sent_is_stored_and_written_equal_field_by_field(string protocol, string compression)
    {
        Assert.SkipUnless(Directory.Exists(Path.Combine(Folder, "node_modules")), "node_modules is missing in tests/Sluice.EndToEnd/js: run npm ci there, or tests/run --install");
        Assert.SkipUnless(IsInstalled("node"), "node is not installed: run tests/run --install");
        await SdkScenario.RunAsync(endpoints => SendAsync(
            protocol, endpoints[protocol == "grpc" ? "otlp/grpc" : "otlp/http"], compression, $"{protocol.Replace('/', '-')}-{compression}"));
    }

    private static async Task<IReadOnlyList<JsonObject>> SendAsync(string protocol, string endpoint, string compression, string run)
    {
        var start = new ProcessStartInfo(
            "node", ["send.mjs", "--protocol", protocol, "--endpoint", endpoint, "--compression", compression, "--count", $"{Records}", "--run", run])
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var node = Process.Start(start)!;
        var output = node.StandardOutput.ReadToEndAsync();
        var error = node.StandardError.ReadToEndAsync();
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0 && (await error).Length == 0, $"send.mjs ended with {node.ExitCode}:\n{await error}");
        return Envelopes.ReadLines(await output);
    }

    private static bool IsInstalled(string program)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, "--version") { RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
