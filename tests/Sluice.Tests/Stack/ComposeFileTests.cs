using System.Globalization;
using System.Text.RegularExpressions;
using Sluice.Testing;
using Sluice.Testing.Processes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Sluice.Tests.Stack;

/// <summary><c>docker-compose.yml</c> and what it names, held against the Compose specification and against what the stack promises.</summary>
public sealed partial class ComposeFileTests
{
    private const string Built = "sluice:0.1.0";

    /// <summary>The keys of a service that the file uses, of those of the Compose specification, and what they hold.</summary>
    private static readonly Dictionary<string, Type> ServiceKeys = new()
    {
        ["build"] = typeof(YamlScalarNode),
        ["cap_drop"] = typeof(YamlSequenceNode),
        ["command"] = typeof(YamlSequenceNode),
        ["depends_on"] = typeof(YamlMappingNode),
        ["entrypoint"] = typeof(YamlSequenceNode),
        ["environment"] = typeof(YamlMappingNode),
        ["healthcheck"] = typeof(YamlMappingNode),
        ["image"] = typeof(YamlScalarNode),
        ["logging"] = typeof(YamlMappingNode),
        ["mem_limit"] = typeof(YamlScalarNode),
        ["ports"] = typeof(YamlSequenceNode),
        ["profiles"] = typeof(YamlSequenceNode),
        ["read_only"] = typeof(YamlScalarNode),
        ["restart"] = typeof(YamlScalarNode),
        ["security_opt"] = typeof(YamlSequenceNode),
        ["stop_grace_period"] = typeof(YamlScalarNode),
        ["tmpfs"] = typeof(YamlSequenceNode),
        ["ulimits"] = typeof(YamlMappingNode),
        ["volumes"] = typeof(YamlSequenceNode),
    };

    private static readonly string[] Conditions = ["service_started", "service_healthy", "service_completed_successfully"];

    private static readonly YamlMappingNode File = YamlFile.Read("docker-compose.yml");

    private static IEnumerable<(string Name, YamlNode Service)> Services => File.Find("services").Entries();

    [Fact]
    public void It_has_the_programs_of_the_stack_and_no_keys_that_compose_does_not_know()
    {
        Assert.All(File.Entries(), entry => Assert.True(entry.Key is "name" or "services" or "volumes" || entry.Key.StartsWith("x-", StringComparison.Ordinal), entry.Key));
        Assert.Superset(new HashSet<string> { "sluice", "kafka", "elasticsearch", "kibana", "prometheus", "grafana" }, Services.Select(service => service.Name).ToHashSet());
        foreach (var (name, service) in Services)
        {
            Assert.All(service.Entries(), entry => Assert.True(ServiceKeys.GetValueOrDefault(entry.Key) == entry.Value.GetType(), $"{name}::{entry.Key} is unknown or of the wrong kind"));
            Assert.Matches("^[1-9][0-9]*[mg]$", service.Find("mem_limit").Text() ?? "1m");
            Assert.True(service.Find("mem_limit") is not null || IsTask(service), $"{name} takes as much memory as there is");
            Assert.True(service.Find("restart").Text() is "no" or "unless-stopped", $"{name}::restart");
            Assert.NotNull(service.Find("logging"));
        }
    }

    /// <summary>dclint holds it against the specification's own JSON Schema, and finds what is there twice.</summary>
    [Theory]
    [InlineData("mem_limit:", "mem_limit:", 0, "")]
    [InlineData("mem_limit:", "memory_limit:", 1, "/services/sluice")]
    [InlineData("127.0.0.1:9200:9200", "127.0.0.1:4317:9200", 1, "no-duplicate-exported-ports")]
    public async Task The_specification_of_compose_takes_it_and_refuses_mistakes(string right, string written, int exitCode, string named)
    {
        NodeScript.SkipUnlessInstalled();
        var directory = Directory.CreateTempSubdirectory("sluice-compose-").FullName;
        var file = Path.Combine(directory, "docker-compose.yml");
        await System.IO.File.WriteAllTextAsync(file, (await System.IO.File.ReadAllTextAsync(GoldenFile.PathOf("docker-compose.yml"))).Replace(right, written, StringComparison.Ordinal));

        // What is built here has a name, so that more than one service can run it.
        using var linter = NodeScript.Start("node_modules/dclint/bin/dclint.cjs", file, "--quiet", "--disable-rule", "no-build-and-image");
        linter.StandardInput.Close();
        var error = linter.StandardError.ReadToEndAsync();
        var output = await linter.StandardOutput.ReadToEndAsync() + await error;
        await linter.WaitForExitAsync();
        Directory.Delete(directory, recursive: true);

        Assert.True(linter.ExitCode == exitCode, output);
        Assert.Contains(named, output, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_image_is_pinned_to_a_release()
    {
        foreach (var (name, service) in Services)
        {
            Assert.True(PinnedImage().IsMatch(service.Find("image").Text() ?? ""), $"{name}::image is not pinned: {service.Find("image")}");
            Assert.True(service.Find("build") is null || service.Find("image").Text() == Built, $"{name} gives its image another name than the Dockerfile's");
        }

        // A profile builds nothing of its own: what it runs has been built for the stack.
        Assert.Contains(Services, service => service.Service.Find("image").Text() == Built && service.Service.Find("build") is not null);
        foreach (var group in Services.Select(service => service.Service.Find("image").Text()!).Select(image => image.Split(':')).Where(image => image[0].StartsWith("docker.elastic.co/", StringComparison.Ordinal)).GroupBy(_ => "Elastic's"))
        {
            Assert.Single(group.Select(image => image[1]).Distinct());
        }
    }

    [Fact]
    public void Ports_are_published_on_the_loopback_alone_and_once()
    {
        var ports = Services.SelectMany(service => service.Service.Find("ports").Texts().Select(port => (service.Name, Port: port))).ToList();

        Assert.All(ports, port => Assert.True(LoopbackPort().IsMatch(port.Port), $"{port.Name} publishes {port.Port}"));
        Assert.Equal(ports.Count, ports.Select(port => port.Port.Split(':')[1]).Distinct().Count());
        Assert.Superset(new HashSet<string> { "4317", "4318", "4320" }, ports.Where(port => port.Name == "sluice").Select(port => port.Port.Split(':')[1]).ToHashSet());
    }

    [Fact]
    public void What_is_mounted_exists_and_what_is_kept_has_a_volume()
    {
        var declared = File.Find("volumes").Entries().Select(volume => volume.Key).ToHashSet();
        var used = new HashSet<string>();
        foreach (var (name, service) in Services)
        {
            foreach (var volume in service.Find("volumes").Texts())
            {
                var parts = volume.Split(':');
                Assert.True(parts.Length >= 2 && parts[1].StartsWith('/'), $"{name} mounts {volume}");
                if (parts[0].StartsWith("./", StringComparison.Ordinal))
                {
                    Assert.True(Path.Exists(GoldenFile.PathOf(parts[0][2..])), $"{name} mounts {parts[0]}, which does not exist");
                    Assert.True(parts is [_, _, "ro"], $"{name} may write to {parts[0]}");
                }
                else
                {
                    Assert.True(parts.Length == 2 && declared.Contains(parts[0]), $"{name} mounts {volume}, which is not declared");
                    Assert.True(used.Add(parts[0]), $"{parts[0]} belongs to two services");
                }
            }

            Assert.True(IsTask(service) || service.Find("volumes").Texts().Any(volume => !volume.StartsWith('.')) || service.Find("tmpfs") is not null, $"{name} loses its data with its container");
        }

        Assert.Equal(declared.Order(StringComparer.Ordinal), used.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_service_that_stays_has_a_health_check_and_waits_for_what_it_needs()
    {
        foreach (var (name, service) in Services)
        {
            if (!IsTask(service))
            {
                var check = service.Find("healthcheck");
                Assert.True(check.Find("test").Texts() is ["CMD" or "CMD-SHELL", _, ..], $"{name} has no health check");
                Assert.True(Seconds(check.Find("timeout")) < Seconds(check.Find("interval")) || Seconds(check.Find("timeout")) <= 10, $"{name}::healthcheck::timeout");
                Assert.True(Seconds(check.Find("start_period")) > 0, $"{name}::healthcheck::start_period");
                Assert.InRange(int.Parse(check.Find("retries").Text()!, CultureInfo.InvariantCulture), 1, 100);
                Assert.All(check.Entries(), entry => Assert.Contains(entry.Key, (string[])["test", "interval", "timeout", "start_period", "retries"]));
            }

            foreach (var (needed, how) in service.Find("depends_on").Entries())
            {
                var target = Services.SingleOrDefault(other => other.Name == needed).Service;
                var condition = how.Find("condition").Text();
                Assert.True(target is not null, $"{name} depends on {needed}, which is not there");
                Assert.Contains(condition, Conditions);
                Assert.True(condition != "service_healthy" || target.Find("healthcheck") is not null, $"{name} waits for ever: {needed} has no health check");
                Assert.Equal(IsTask(target), condition == "service_completed_successfully");
                Assert.True(target.Find("profiles") is null || service.Find("profiles") is not null, $"{name} depends on {needed}, which only a profile starts");
            }
        }
    }

    /// <summary><c>docker compose up --wait</c> takes the end of a service for a failure, unless one that stays waits for that end.</summary>
    [Fact]
    public void Somebody_who_stays_waits_for_every_task()
    {
        var awaited = Services.Where(service => !IsTask(service.Service) && service.Service.Find("profiles") is null)
            .SelectMany(service => service.Service.Find("depends_on").Entries()).Select(needed => needed.Key).ToHashSet();

        Assert.All(Services.Where(service => IsTask(service.Service)), task => Assert.Contains(task.Name, awaited));
    }

    [Fact]
    public void Secrets_come_from_the_environment_and_the_example_names_each_of_them()
    {
        var example = System.IO.File.ReadLines(GoldenFile.PathOf(".env.example")).Where(line => line.Length > 0 && !line.StartsWith('#')).Select(line => line.Split('=', 2)).ToList();
        var text = System.IO.File.ReadAllText(GoldenFile.PathOf("docker-compose.yml"));
        var named = Variable().Matches(text).Select(match => match.Groups["name"].Value).Distinct().Order(StringComparer.Ordinal);

        Assert.All(example, line => Assert.True(line is [_, { Length: >= 8 }], $"{line[0]} of .env.example has no value to replace"));
        Assert.Equal(example.Select(line => line[0]).Order(StringComparer.Ordinal), named);
        Assert.DoesNotContain('$', Variable().Replace(text, ""));
        Assert.Contains(".env", System.IO.File.ReadAllLines(GoldenFile.PathOf(".gitignore")));
        foreach (var (name, service) in Services)
        {
            foreach (var (variable, value) in service.Find("environment").Entries())
            {
                var scalar = Assert.IsType<YamlScalarNode>(value);
                Assert.True(!Secret().IsMatch(variable) || Variable().IsMatch(scalar.Value!), $"{name}::environment::{variable} is written down");
                Assert.True(scalar.Style != ScalarStyle.Plain || !NotText().IsMatch(scalar.Value!), $"{name}::environment::{variable} needs quotes to be a text");
            }

            Assert.DoesNotContain(service.Find("command").Texts().Concat(service.Find("entrypoint").Texts()), argument => Variable().IsMatch(argument));
        }

        // Kibana refuses shorter ones.
        Assert.True(example.Single(line => line[0] == "KIBANA_ENCRYPTION_KEY")[1].Length >= 32);
    }

    [Fact]
    public void Sluice_runs_without_rights_on_a_root_that_it_cannot_write_and_has_time_to_drain()
    {
        foreach (var (name, service) in Services.Where(service => service.Service.Find("image").Text() == Built))
        {
            Assert.True(service.Find("read_only").Text() == "true", $"{name}::read_only");
            Assert.Equal(["ALL"], service.Find("cap_drop").Texts());
            Assert.True(service.Find("environment").Find("DOTNET_EnableDiagnostics") is null, $"{name} sets again what the image has set");
        }

        Assert.All(Services, service => Assert.Equal(["no-new-privileges:true"], service.Service.Find("security_opt").Texts()));
        var drain = Seconds(YamlFile.Read("config/stack/sluice.yaml").At("service", "shutdown_timeout"));
        Assert.True(Seconds(Service("sluice").Find("stop_grace_period")) > drain, "the engine kills Sluice before its drain is over");
    }

    [Fact]
    public void Prometheus_keeps_what_the_error_budget_looks_back_on()
    {
        var command = Service("prometheus").Find("command").Texts();

        Assert.Contains("--enable-feature=exemplar-storage", command);
        Assert.Contains("--storage.tsdb.retention.time=35d", command);
    }

    private static YamlNode Service(string name) => Services.Single(service => service.Name == name).Service;

    /// <summary>Whether it runs once and ends.</summary>
    private static bool IsTask(YamlNode service) => service.Find("restart").Text() == "no";

    private static int Seconds(YamlNode? duration) =>
        Duration().Match(duration.Text() ?? "") is { Success: true } match ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : throw new FormatException($"\"{duration}\" is not a number of seconds such as 15s");

    [GeneratedRegex("^[a-z0-9./-]+:v?[0-9]+\\.[0-9]+\\.[0-9]+$", RegexOptions.None, 5000)]
    private static partial Regex PinnedImage();

    [GeneratedRegex("^127\\.0\\.0\\.1:[0-9]+:[0-9]+$", RegexOptions.None, 5000)]
    private static partial Regex LoopbackPort();

    [GeneratedRegex("\\$\\{(?<name>[A-Z_]+):\\?[^}]+\\}", RegexOptions.None, 5000)]
    private static partial Regex Variable();

    [GeneratedRegex("PASSWORD|KEY$|TOKEN|SECRET", RegexOptions.None, 5000)]
    private static partial Regex Secret();

    [GeneratedRegex("^([0-9.]+|true|false|null|yes|no|on|off|)$", RegexOptions.IgnoreCase, 5000)]
    private static partial Regex NotText();

    [GeneratedRegex("^([0-9]+)s$", RegexOptions.None, 5000)]
    private static partial Regex Duration();
}
