using System.Globalization;
using System.Text.RegularExpressions;
using Sluice.Hosting;
using Sluice.Testing;
using Sluice.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace Sluice.Tests.Stack.Helm;

/// <summary>The chart in <c>config/kubernetes</c>: what it renders is what Kubernetes takes, and fits together.</summary>
public sealed partial class HelmChartTests
{
    private const string Everything =
        """
        image: {tag: 1.2.3, pullSecrets: [{name: registry}]}
        serviceAccount: {annotations: {a: b}}
        agent: {hostPorts: false, extraPorts: [{name: webhook, port: 8088}], extraVolumes: [{name: ca, secret: {secretName: ca}}], extraVolumeMounts: [{name: ca, mountPath: /ca, readOnly: true}], nodeSelector: {pool: apps}, priorityClassName: high, podAnnotations: {a: "1"}, env: [{name: A, value: "1"}]}
        gateway: {storage: {className: fast}, tolerations: [{operator: Exists}], envFromSecrets: [one, two], extensions: [zpages], extraPorts: [{name: webhook, port: 8088}, {name: prometheus, port: 9464, scrape: true}], config: {extensions: {zpages: {}}}}
        worker: {autoscaling: {enabled: true}, extraPorts: [{name: prometheus, port: 9464, scrape: true}, {name: webhook, port: 8088}, {name: own, port: 9000, scrape: true}], extraVolumes: [{name: ca, secret: {secretName: ca}}], extraVolumeMounts: [{name: ca, mountPath: /ca, readOnly: true}], affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Exists}]}]}}}}
        service: {annotations: {a: b}}
        serviceMonitor: {enabled: true, labels: {release: prometheus}}
        prometheusRule: {enabled: true, labels: {release: prometheus}}
        networkPolicy: {egress: [{ports: [{port: 53, protocol: UDP}]}, {to: [{namespaceSelector: {}}]}]}
        """;

    private const string Nothing =
        """
        serviceAccount: {create: false}
        agent: {enabled: false}
        worker: {enabled: false}
        podDisruptionBudget: {enabled: false}
        networkPolicy: {enabled: false}
        """;

    private const string Nobody = "networkPolicy: {senders: [], scrapers: []}";

    public static TheoryData<string> Values => ["", Everything, Nothing, "gateway: {enabled: false}", "nameOverride: telemetry", Nobody];

    [Theory]
    [MemberData(nameof(Values))]
    public void What_is_rendered_has_the_form_that_kubernetes_takes(string values)
    {
        var manifests = HelmChart.Render(values);

        Assert.NotEmpty(manifests);
        Assert.All(manifests, manifest => Assert.Empty(ManifestSchema.Check(manifest).Select(problem => $"{Title(manifest)}: {problem}")));
        var names = manifests.Select(Title).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
    }

    [Fact]
    public void Each_role_is_of_its_kind_and_may_be_left_out()
    {
        Assert.Equal(
            ["ConfigMap shop-sluice-agent", "ConfigMap shop-sluice-gateway", "ConfigMap shop-sluice-worker", "DaemonSet shop-sluice-agent",
             "NetworkPolicy shop-sluice-agent", "NetworkPolicy shop-sluice-gateway", "NetworkPolicy shop-sluice-worker",
             "PodDisruptionBudget shop-sluice-gateway", "PodDisruptionBudget shop-sluice-worker",
             "Service shop-sluice-agent-pods", "Service shop-sluice-gateway", "Service shop-sluice-gateway-pods", "Service shop-sluice-worker-pods",
             "ServiceAccount shop-sluice", "StatefulSet shop-sluice-gateway", "StatefulSet shop-sluice-worker"],
            Rendered(""));
        Assert.Equal(["ConfigMap shop-sluice-gateway", "Service shop-sluice-gateway", "Service shop-sluice-gateway-pods", "StatefulSet shop-sluice-gateway"], Rendered(Nothing));
        Assert.Superset(
            new HashSet<string> { "HorizontalPodAutoscaler shop-sluice-worker", "ServiceMonitor shop-sluice", "PrometheusRule shop-sluice", "Service shop-sluice-agent" }, Rendered(Everything).ToHashSet());
        Assert.Contains("StatefulSet sluice-gateway", HelmChart.Render("", "sluice").Select(Title));

        static IEnumerable<string> Rendered(string values) => HelmChart.Render(values).Select(Title).Order(StringComparer.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void Selectors_find_pods_and_names_of_ports_are_those_of_containers(string values)
    {
        var manifests = HelmChart.Render(values).ToList();
        var pods = Workloads(manifests).ToList();
        Assert.All(pods, pod => Assert.True(Matches(pod.Workload.At("spec", "selector", "matchLabels"), pod.Template), Name(pod.Workload)));
        foreach (var service in Of(manifests, "Service"))
        {
            var selected = pods.Where(pod => Matches(service.At("spec", "selector"), pod.Template)).ToList();
            var pod = Assert.Single(selected);
            var ports = Ports(pod.Template).ToHashSet();
            Assert.All(service.At("spec", "ports").Items(), port => Assert.Contains(port.Find("targetPort").Text()!, ports));
        }

        foreach (var pod in pods.Where(pod => pod.Workload.Find("kind").Text() == "StatefulSet"))
        {
            var own = Of(manifests, "Service").Single(service => Name(service) == pod.Workload.At("spec", "serviceName").Text());
            Assert.Equal("None", own.At("spec", "clusterIP").Text());
        }

        foreach (var policy in Of(manifests, "NetworkPolicy"))
        {
            var pod = Assert.Single(pods, pod => Matches(policy.At("spec", "podSelector", "matchLabels"), pod.Template));
            Assert.All(policy.At("spec", "ingress").Items().SelectMany(rule => rule.Find("ports").Items()), port => Assert.Contains(port.Find("port").Text(), Ports(pod.Template)));
            Assert.All(policy.At("spec", "ingress").Items(), rule => Assert.NotEmpty(rule.Find("from").Items()));
        }

        foreach (var budget in Of(manifests, "PodDisruptionBudget"))
        {
            Assert.Single(pods, pod => Matches(budget.At("spec", "selector", "matchLabels"), pod.Template));
        }

        foreach (var monitor in Of(manifests, "ServiceMonitor"))
        {
            var services = Of(manifests, "Service").Where(service => Matches(monitor.At("spec", "selector", "matchLabels"), service)).ToList();
            Assert.Equal(pods.Count, services.Count);
            var endpoints = monitor.At("spec", "endpoints").Items().Select(endpoint => endpoint.Find("port").Text()!).ToList();
            Assert.All(services, service => Assert.Contains(endpoints[0], PortsOf(service)));
            Assert.Equal(endpoints.Count, endpoints.Distinct().Count());
            Assert.All(endpoints, endpoint => Assert.Contains(services, service => PortsOf(service).Contains(endpoint)));
        }
    }

    [Fact]
    public void Further_ports_are_open_to_senders_or_to_those_who_read_metrics()
    {
        var manifests = HelmChart.Render(Everything).ToList();
        Assert.Equal(["otlp-grpc", "otlp-http", "webhook"], PortsOf(Service("agent")));
        Assert.Equal(["otlp-grpc", "otlp-http", "webhook"], PortsOf(Service("gateway")));
        Assert.Equal(["metrics"], PortsOf(Service("agent-pods")));
        Assert.Equal(["metrics", "prometheus"], PortsOf(Service("gateway-pods")));
        Assert.Equal(["metrics", "prometheus", "own", "webhook"], PortsOf(Service("worker-pods")));
        Assert.Equal("8088", Service("worker-pods").At("spec", "ports").Items().Last().Find("port").Text());
        Assert.Equal(["otlp-grpc otlp-http webhook", "metrics"], Allowed("agent"));
        Assert.Equal(["otlp-grpc otlp-http webhook", "metrics prometheus"], Allowed("gateway"));
        Assert.Equal(["webhook", "metrics prometheus own"], Allowed("worker"));
        Assert.Equal(["metrics"], Allowed("worker", ""));
        var endpoints = Of(manifests, "ServiceMonitor").Single().At("spec", "endpoints").Items().ToList();
        Assert.Equal(["metrics", "prometheus", "own"], endpoints.Select(endpoint => endpoint.Find("port").Text()));
        Assert.Equal([null, "true", "true"], endpoints.Select(endpoint => endpoint.Find("honorLabels").Text()));

        // The port of the node is for senders alone.
        var node = Workloads(HelmChart.Render("agent: {extraPorts: [{name: webhook, port: 8088}, {name: prometheus, port: 9464, scrape: true}]}")).First().Template;
        Assert.Equal(
            ["4317", "4318", null, null, "8088", null],
            node.At("spec", "containers").Items().Single().Find("ports").Items().Select(port => port.Find("hostPort").Text()));

        YamlNode Service(string role) => Of(manifests, "Service").Single(service => Name(service) == $"shop-sluice-{role}");

        static IEnumerable<string> Allowed(string role, string values = Everything) =>
            Of(HelmChart.Render(values), "NetworkPolicy").Single(policy => Name(policy) == $"shop-sluice-{role}").At("spec", "ingress").Items()
                .Select(rule => string.Join(' ', rule.Find("ports").Items().Select(port => port.Find("port").Text())));
    }

    /// <summary>To Kubernetes, a rule whose list of sources is empty is one for everybody.</summary>
    [Theory]
    [InlineData(Nobody)]
    [InlineData("networkPolicy: {senders: null, scrapers: null}")]
    public void Where_nobody_may_send_or_read_metrics_policies_let_nobody_in_but_agents(string values)
    {
        Assert.Equal([], Sources("agent"));
        Assert.Equal(["agent"], Sources("gateway"));
        Assert.Equal([], Sources("worker"));

        IEnumerable<string?> Sources(string role) => Policy(values, role).Find("ingress").Items().SelectMany(rule =>
            rule.Find("from").Items().Select(source => source.At("podSelector", "matchLabels", "app.kubernetes.io/component").Text()).DefaultIfEmpty("everybody"));
    }

    [Fact]
    public void Where_connections_are_limited_names_can_be_looked_up_and_agents_reach_their_gateways()
    {
        const string limited = "networkPolicy: {egress: [{ports: [{port: 9092}]}]}";

        Assert.Equal(["TCP 9092", "UDP 53", "TCP 53", "TCP 4317 gateway", "TCP 4318 gateway"], Open("agent"));
        Assert.Equal(["TCP 9092", "UDP 53", "TCP 53"], Open("gateway"));
        Assert.Equal(["TCP 9092", "UDP 53", "TCP 53"], Open("worker"));
        Assert.All((string[])["agent", "gateway", "worker"], role => Assert.Equal(["Ingress"], Policy("", role).Find("policyTypes").Texts()));

        static IEnumerable<string> Open(string role) => Policy(limited, role).Find("egress").Items().SelectMany(rule => rule.Find("ports").Items().Select(port =>
            $"{port.Find("protocol").Text() ?? "TCP"} {port.Find("port")} {rule.Find("to").Items().SingleOrDefault().At("podSelector", "matchLabels", "app.kubernetes.io/component")}".TrimEnd()));
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void Pods_have_no_rights_are_probed_and_have_time_to_drain(string values)
    {
        var manifests = HelmChart.Render(values).ToList();
        foreach (var (workload, template) in Workloads(manifests))
        {
            var pod = template.Find("spec");
            var container = Assert.Single(pod.Find("containers").Items());
            Assert.Equal("true", pod.At("securityContext", "runAsNonRoot").Text());
            Assert.Equal("RuntimeDefault", pod.At("securityContext", "seccompProfile", "type").Text());
            Assert.Equal("false", pod.Find("automountServiceAccountToken").Text());
            Assert.Equal("true", container.At("securityContext", "readOnlyRootFilesystem").Text());
            Assert.Equal("false", container.At("securityContext", "allowPrivilegeEscalation").Text());
            Assert.Equal(["ALL"], container.At("securityContext", "capabilities", "drop").Texts());

            // The user that owns the data directory in the image.
            Assert.Contains($"USER {pod.At("securityContext", "runAsUser").Text()}:{pod.At("securityContext", "runAsGroup").Text()}\n", File.ReadAllText(GoldenFile.PathOf("Dockerfile")), StringComparison.Ordinal);
            Assert.All((string[])["startupProbe", "livenessProbe", "readinessProbe"], probe => Assert.Contains(container.At(probe, "httpGet", "port").Text(), Ports(template)));

            // What senders send to stays in service while it cannot deliver.
            var isSentTo = !Name(workload).EndsWith("-worker", StringComparison.Ordinal);
            Assert.Equal(isSentTo ? "/ready?exclude=exporter" : "/ready", container.At("readinessProbe", "httpGet", "path").Text());
            Assert.NotNull(container.At("resources", "limits", "memory"));
            Assert.NotNull(container.At("resources", "requests", "cpu"));

            var pause = Number(container.At("lifecycle", "preStop", "sleep", "seconds"));
            var drain = Model(manifests, workload).Service.ShutdownTimeout.TotalSeconds;
            Assert.True(Number(pod.Find("terminationGracePeriodSeconds")) > pause + drain, $"{Name(workload)} is killed before its drain is over");
        }
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void What_is_mounted_is_there_and_its_configuration_is_valid(string values)
    {
        var manifests = HelmChart.Render(values).ToList();
        foreach (var (workload, template) in Workloads(manifests))
        {
            var container = template.At("spec", "containers").Items().Single();
            var volumes = template.At("spec", "volumes").Items().Concat(workload.At("spec", "volumeClaimTemplates").Items().Select(claim => claim.Find("metadata")!))
                .Select(volume => volume.Find("name").Text()!).Order(StringComparer.Ordinal).ToList();
            Assert.Equal(values == Everything && !Name(workload).EndsWith("-gateway", StringComparison.Ordinal) ? ["ca", "config", "data"] : ["config", "data"], volumes);
            Assert.Equal(volumes, container.Find("volumeMounts").Items().Select(mount => mount.Find("name").Text()!).Order(StringComparer.Ordinal));
            var arguments = container.Find("args").Texts();
            var files = ConfigMap(manifests, workload).Find("data").Entries().Select(entry => $"/etc/sluice/{entry.Key}").ToHashSet();
            Assert.Equal(files, arguments.Where((_, i) => i > 0 && arguments[i - 1] == "--config").ToHashSet());
            Assert.Contains(container.Find("volumeMounts").Items().Single(mount => mount.Find("name").Text() == "data").Find("mountPath").Text(), arguments);

            // The model itself is what is asked: it is only made of a valid configuration.
            Assert.NotEmpty(Model(manifests, workload).Pipelines);
        }
    }

    [Fact]
    public void The_agents_send_to_the_gateways_and_the_gateways_to_the_workers()
    {
        var manifests = HelmChart.Render().ToList();
        var configurations = Of(manifests, "ConfigMap").ToDictionary(map => Name(map).Split('-')[^1], map => YamlFile.Parse(map.At("data", "sluice.yaml").Text()!)[0]);
        var endpoint = new Uri(configurations["agent"].At("exporters", "otlp_grpc", "endpoint").Text()!);

        var service = Of(manifests, "Service").Single(service => Name(service) == endpoint.Host);
        Assert.Contains(endpoint.Port.ToString(CultureInfo.InvariantCulture), service.At("spec", "ports").Items().Select(port => port.Find("port").Text()));
        foreach (var signal in (string[])["logs", "traces", "metrics"])
        {
            Assert.Equal([configurations["gateway"].At("exporters", "kafka", signal, "topic").Text()!], configurations["worker"].At("receivers", "kafka", signal, "topics").Texts());
        }
    }

    [Fact]
    public void The_autoscaler_watches_a_metric_that_workers_have_and_owns_their_number()
    {
        var manifests = HelmChart.Render(Everything).ToList();
        var scaler = Of(manifests, "HorizontalPodAutoscaler").Single();
        var metric = scaler.At("spec", "metrics").Items().Single().At("pods", "metric", "name").Text()!;
        var target = manifests.Single(manifest => manifest.Find("kind").Text() == scaler.At("spec", "scaleTargetRef", "kind").Text() && Name(manifest) == scaler.At("spec", "scaleTargetRef", "name").Text());

        Assert.Contains($"| `{metric}` | gauge |", File.ReadAllText(GoldenFile.PathOf("docs/metrics.md")), StringComparison.Ordinal);
        Assert.Null(target.At("spec", "replicas"));
        Assert.NotNull(Of(HelmChart.Render(), "StatefulSet").First().At("spec", "replicas"));
        Assert.True(Number(scaler.At("spec", "minReplicas")) <= Number(scaler.At("spec", "maxReplicas")));
    }

    [Fact]
    public void The_values_are_those_of_their_schema()
    {
        var schema = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(GoldenFile.PathOf($"{HelmChart.Folder}/values.schema.json")))!;

        AssertDescribed(YamlFile.Read($"{HelmChart.Folder}/values.yaml"), schema, "");
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void Helm_finds_nothing_wrong(string values)
    {
        var (exitCode, output, error) = HelmChart.Run(values, "lint", "--strict", "--kube-version", HelmChart.Kubernetes, GoldenFile.PathOf(HelmChart.Folder));

        Assert.True(exitCode == 0, output + error);
    }

    [Theory]
    [InlineData("agent: {hostPort: true}", "'hostPort'")]
    [InlineData("gateway: {replicas: two}", "/gateway/replicas")]
    [InlineData("gateway: {journalSize: 10Gi}", "/gateway/journalSize")]
    [InlineData("worker: {extraPorts: [{name: metrics, port: 9464}]}", "/worker/extraPorts/0/name")]
    [InlineData("worker: {extraPorts: [{name: prometheus, port: 8888}]}", "/worker/extraPorts/0/port")]
    [InlineData("worker: {extraPorts: [{name: prometheus}]}", "'port'")]
    [InlineData("prometheusRule: {labels: {release: 1}}", "/prometheusRule/labels/release")]
    public void Values_that_the_chart_does_not_know_are_refused(string values, string named)
    {
        var (exitCode, _, error) = HelmChart.Run(values, "template", "shop", GoldenFile.PathOf(HelmChart.Folder));

        Assert.NotEqual(0, exitCode);
        Assert.Contains(named, error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_older_kubernetes_is_refused()
    {
        var (exitCode, _, error) = HelmChart.Run("", "template", "shop", GoldenFile.PathOf(HelmChart.Folder), "--kube-version", "1.29.9");

        Assert.NotEqual(0, exitCode);
        Assert.Contains("kubeVersion", error, StringComparison.Ordinal);
    }

    /// <summary>To Helm, a value that is misspelled is one that is not set.</summary>
    [Fact]
    public void Every_value_that_a_template_names_is_there()
    {
        var values = YamlFile.Read($"{HelmChart.Folder}/values.yaml");
        var text = string.Concat(Directory.EnumerateFiles(GoldenFile.PathOf($"{HelmChart.Folder}/templates")).Select(File.ReadAllText));
        var named = NamedValue().Matches(text).Select(match => match.Groups[1].Value[1..]).ToHashSet();
        var ofRoles = ValueOfRole().Matches(text).Select(match => match.Groups[1].Value[1..]).ToHashSet();

        Assert.Contains("serviceMonitor.enabled", named);
        Assert.Contains("shutdownTimeoutSeconds", ofRoles);
        Assert.All(named, path => Assert.True(values.At(path.Split('.')) is not null, $"values.yaml has no {path}"));
        Assert.All(ofRoles, path => Assert.True(((string[])["agent", "gateway", "worker"]).Any(role => values.Find(role).At(path.Split('.')) is not null), $"no role has {path}"));
    }

    [Fact]
    public void The_notes_tell_where_to_send()
    {
        var (exitCode, notes, error) = HelmChart.Run("", "install", "shop", GoldenFile.PathOf(HelmChart.Folder), "--dry-run=client");

        Assert.True(exitCode == 0, error);
        Assert.Contains("http://shop-sluice-gateway.observability:4317 (gRPC) or :4318 (HTTP), or to the same ports of the sender's own node.", notes, StringComparison.Ordinal);
        Assert.Contains("port-forward shop-sluice-gateway-0 4320", notes, StringComparison.Ordinal);
    }

    [Fact]
    public void The_chart_is_of_the_version_that_is_built()
    {
        var version = ProductVersion().Match(File.ReadAllText(GoldenFile.PathOf("Directory.Build.props"))).Groups[1].Value;

        Assert.Equal(version, YamlFile.Read($"{HelmChart.Folder}/Chart.yaml").Find("appVersion").Text());
        Assert.All(Workloads(HelmChart.Render()), pod => Assert.Equal($"sluice:{version}", pod.Template.At("spec", "containers").Items().Single().Find("image").Text()));
    }

    private static Runtime.Graph.GraphModel Model(IReadOnlyList<YamlMappingNode> manifests, YamlNode workload)
    {
        var data = ConfigMap(manifests, workload).Find("data");
        var configuration = ConfigurationCase.FromText("sluice.yaml", data.Find("sluice.yaml").Text()!);
        configuration.Add("chart.yaml", data.Find("chart.yaml").Text()!);
        configuration.SetVariable("NODE_NAME", "node-1");
        configuration.SetVariable("ELASTICSEARCH_PASSWORD", "a-password");
        using var output = new StringWriter();
        var model = ModelLoader.Load(configuration.Load(), output);
        Assert.True(model is not null, output.ToString());
        return model;
    }

    private static YamlMappingNode ConfigMap(IReadOnlyList<YamlMappingNode> manifests, YamlNode workload) => Of(manifests, "ConfigMap").Single(map =>
        Name(map) == workload.At("spec", "template", "spec", "volumes").Items().Single(volume => volume.Find("name").Text() == "config").At("configMap", "name").Text());

    private static IEnumerable<(YamlNode Workload, YamlNode Template)> Workloads(IEnumerable<YamlMappingNode> manifests) =>
        manifests.Where(manifest => manifest.Find("kind").Text() is "DaemonSet" or "StatefulSet").Select(manifest => ((YamlNode)manifest, manifest.At("spec", "template")!));

    private static IEnumerable<YamlMappingNode> Of(IEnumerable<YamlMappingNode> manifests, string kind) => manifests.Where(manifest => manifest.Find("kind").Text() == kind);

    private static string Name(YamlNode manifest) => manifest.At("metadata", "name").Text()!;

    private static string Title(YamlNode manifest) => $"{manifest.Find("kind")} {Name(manifest)}";

    private static YamlNode Policy(string values, string role) =>
        Of(HelmChart.Render(values), "NetworkPolicy").Single(policy => Name(policy) == $"shop-sluice-{role}").Find("spec")!;

    private static IEnumerable<string> Ports(YamlNode template) => template.At("spec", "containers").Items().SelectMany(container => container.Find("ports").Items()).Select(port => port.Find("name").Text()!);

    private static IEnumerable<string> PortsOf(YamlNode service) => service.At("spec", "ports").Items().Select(port => port.Find("name").Text()!);

    /// <summary>Whether all labels of a selector, of which there are some, are among those of a thing.</summary>
    private static bool Matches(YamlNode? selector, YamlNode thing) =>
        selector.Entries().Any() && selector.Entries().All(label => thing.At("metadata", "labels", label.Key).Text() == label.Value.Text());

    private static int Number(YamlNode? node) => int.Parse(node.Text()!, CultureInfo.InvariantCulture);

    private static void AssertDescribed(YamlNode value, System.Text.Json.Nodes.JsonNode schema, string path)
    {
        if (value is not YamlMappingNode || schema["properties"] is not { } properties)
        {
            var type = (string?)schema["type"];
            Assert.True(
                (type, value) is ("object", YamlMappingNode) or ("array", YamlSequenceNode) or ("string" or "integer" or "boolean" or null, YamlScalarNode), $"{path} is no {type}");
            Assert.True(schema["pattern"] is null || Regex.IsMatch(value.Text()!, (string)schema["pattern"]!, RegexOptions.None, TimeSpan.FromSeconds(5)), $"{path}: {value}");
            return;
        }

        foreach (var (key, inner) in value.Entries())
        {
            AssertDescribed(inner, properties[key] ?? throw new FormatException($"values.schema.json has no {path}.{key}"), $"{path}.{key}");
        }

        Assert.All(properties.AsObject().Where(property => property.Key != "global"), property => Assert.True(value.Find(property.Key) is not null, $"values.yaml has no {path}.{property.Key}"));
    }

    [GeneratedRegex("\\.Values((?:\\.[A-Za-z]+)+)", RegexOptions.None, 5000)]
    private static partial Regex NamedValue();

    [GeneratedRegex("(?:\\$|\\.)values((?:\\.[A-Za-z]+)+)", RegexOptions.None, 5000)]
    private static partial Regex ValueOfRole();

    [GeneratedRegex("<Version>([0-9.]+)</Version>", RegexOptions.None, 5000)]
    private static partial Regex ProductVersion();
}
