using System.Text;

namespace Sluice.Components.Receivers.ElasticsearchReceiver.Documents;

/// <summary>
/// Fields of the Elastic Common Schema (ECS 9.3) and their OpenTelemetry counterparts (semantic conventions 1.38): the table "Field and
/// attributes alignment" of the ECS reference for what is equivalent under another name, and Elasticsearch's own list of fields that are
/// resource attributes.
/// </summary>
/// <remarks>
/// Two differences. <c>user_agent.original</c> and <c>log.file.path</c> stay with the record: one is the browser of the request that a log
/// line is about, and a shipper reads many files. <c>http.request.method</c> keeps its name, which the conventions know too.
/// </remarks>
internal static class EcsFields
{
    private static readonly NameTable<FieldTarget> Sets = new(
    [
        .. Each(FieldTarget.Resource, "agent", "cloud", "container", "device", "host", "kubernetes", "orchestrator", "os", "service"),
        .. Each(
            FieldTarget.Record,
            "client", "data_stream", "destination", "dll", "dns", "ecs", "email", "error", "event", "faas", "file", "gen_ai", "geo", "group", "hash", "http",
            "interface", "labels", "log", "network", "observer", "organization", "package", "process", "registry", "related", "risk", "rule", "server",
            "source", "span", "threat", "tls", "trace", "transaction", "url", "user", "user_agent", "volume", "vulnerability", "x509"),
    ]);

    private static readonly NameTable<FieldRule> Rules = new(
    [
        At("@timestamp", FieldTarget.Time),
        At("message", FieldTarget.Body),
        At("log.level", FieldTarget.Severity),
        At("trace.id", FieldTarget.TraceId),
        At("span.id", FieldTarget.SpanId),
        At("event.action", FieldTarget.EventName),
        At("data_stream.type", FieldTarget.DataStream),
        At("data_stream.dataset", FieldTarget.DataStream),
        At("data_stream.namespace", FieldTarget.DataStream),
        At("error.message", FieldTarget.Record, "exception.message"),
        At("error.stack_trace", FieldTarget.Record, "exception.stacktrace"),
        At("faas.execution", FieldTarget.Record, "faas.invocation_id"),
        At("faas.trigger.type", FieldTarget.Record, "faas.trigger"),
        At("file.ctime", FieldTarget.Record, "file.changed"),
        At("file.gid", FieldTarget.Record, "file.group.id"),
        At("file.group", FieldTarget.Record, "file.group.name"),
        At("file.mtime", FieldTarget.Record, "file.modified"),
        At("file.owner", FieldTarget.Record, "file.owner.name"),
        At("file.target_path", FieldTarget.Record, "file.symbolic_link.target_path"),
        At("file.uid", FieldTarget.Record, "file.owner.id"),
        At("geo.city_name", FieldTarget.Record, "geo.locality.name"),
        At("geo.continent_code", FieldTarget.Record, "geo.continent.code"),
        At("geo.country_iso_code", FieldTarget.Record, "geo.country.iso_code"),
        At("geo.region_iso_code", FieldTarget.Record, "geo.region.iso_code"),
        At("http.request.body.bytes", FieldTarget.Record, "http.request.body.size"),
        At("http.request.bytes", FieldTarget.Record, "http.request.size"),
        At("http.response.body.bytes", FieldTarget.Record, "http.response.body.size"),
        At("http.response.bytes", FieldTarget.Record, "http.response.size"),
        At("network.protocol", FieldTarget.Record, "network.protocol.name"),
        At("cloud.service.name", FieldTarget.Resource, "cloud.platform"),
        At("container.image.hash.all", FieldTarget.Resource, "container.image.repo_digests"),
        At("container.image.tag", FieldTarget.Resource, "container.image.tags"),
        At("faas.name", FieldTarget.Resource),
        At("faas.version", FieldTarget.Resource),
        At("host.architecture", FieldTarget.Resource, "host.arch"),
        At("host.os.full", FieldTarget.Resource, "os.description"),
        At("host.os.name", FieldTarget.Resource, "os.name"),
        At("host.os.type", FieldTarget.Resource, "os.type"),
        At("host.os.version", FieldTarget.Resource, "os.version"),
        At("kubernetes.container.name", FieldTarget.Resource, "k8s.container.name"),
        At("kubernetes.deployment.name", FieldTarget.Resource, "k8s.deployment.name"),
        At("kubernetes.namespace", FieldTarget.Resource, "k8s.namespace.name"),
        At("kubernetes.node.name", FieldTarget.Resource, "k8s.node.name"),
        At("kubernetes.pod.name", FieldTarget.Resource, "k8s.pod.name"),
        At("kubernetes.pod.uid", FieldTarget.Resource, "k8s.pod.uid"),
        At("os.full", FieldTarget.Resource, "os.description"),
        At("process.args", FieldTarget.Resource, "process.command_args"),
        At("process.command_line", FieldTarget.Resource),
        At("process.executable", FieldTarget.Resource, "process.executable.path"),
        At("process.pid", FieldTarget.Resource),
        At("service.environment", FieldTarget.Resource, "deployment.environment.name"),
        At("service.node.name", FieldTarget.Resource, "service.instance.id"),
        At("service.state", FieldTarget.Record),
    ]);

    /// <summary>Measurements within sets that describe who sent a document: they are different each time.</summary>
    private static readonly NameTable<bool> Measured = new(
    [
        .. new[] { "container.cpu", "container.disk", "container.memory", "container.network", "host.cpu", "host.disk", "host.network" }
            .Select(name => KeyValuePair.Create(name, true)),
    ]);

    /// <summary>Finds the field set that a name at the top of a document is, or begins with.</summary>
    /// <param name="name">The name, which may have dots.</param>
    /// <param name="target">Where its fields go that have no rule of their own.</param>
    /// <returns>False for a name that is none of ECS.</returns>
    public static bool TryGetSet(ReadOnlySpan<byte> name, out FieldTarget target)
    {
        var dot = name.IndexOf((byte)'.');
        return Sets.TryGet(dot < 0 ? name : name[..dot], out target);
    }

    /// <summary>The rule of a field.</summary>
    /// <param name="path">Its full name, with dots.</param>
    /// <param name="set">Where the fields of its set go.</param>
    public static FieldRule RuleOf(ReadOnlySpan<byte> path, FieldTarget set)
    {
        if (Rules.TryGet(path, out var rule))
        {
            return rule;
        }

        return new FieldRule(set == FieldTarget.Resource && IsMeasured(path) ? FieldTarget.Record : set, null);
    }

    private static bool IsMeasured(ReadOnlySpan<byte> path)
    {
        var dot = path.IndexOf((byte)'.') + 1;
        var end = path[dot..].IndexOf((byte)'.');
        return end > 0 && Measured.TryGet(path[..(dot + end)], out _);
    }

    private static IEnumerable<KeyValuePair<string, FieldTarget>> Each(FieldTarget target, params string[] names) =>
        names.Select(name => KeyValuePair.Create(name, target));

    private static KeyValuePair<string, FieldRule> At(string path, FieldTarget target, string? name = null) =>
        KeyValuePair.Create(path, new FieldRule(target, name is null ? null : Encoding.UTF8.GetBytes(name)));
}
