using System.Collections.Frozen;
using System.Text;
using Sluice.Buffers;

namespace Sluice.Telemetry.Encoders.Elasticsearch;

/// <summary>Which attributes of the semantic conventions have a name of their own in the Elastic Common Schema.</summary>
internal static class EcsNames
{
    /// <summary>For attributes of resources. Those with an empty name are not kept: <c>agent.*</c> is made of them.</summary>
    public static FrozenDictionary<byte[], byte[]> Resource { get; } = Names(
        ("service.instance.id", "service.node.name"),
        ("deployment.environment", "service.environment"),
        ("deployment.environment.name", "service.environment"),
        ("telemetry.sdk.name", ""),
        ("telemetry.sdk.language", ""),
        ("telemetry.sdk.version", ""),
        ("telemetry.distro.name", ""),
        ("telemetry.distro.version", ""),
        ("cloud.platform", "cloud.service.name"),
        ("container.image.tags", "container.image.tag"),
        ("host.arch", "host.architecture"),
        ("process.parent_pid", "process.parent.pid"),
        ("process.executable.name", "process.title"),
        ("process.executable.path", "process.executable"),
        ("process.command_line", "process.args"),
        ("process.runtime.name", "service.runtime.name"),
        ("process.runtime.version", "service.runtime.version"),
        ("os.name", "host.os.name"),
        ("os.type", "host.os.platform"),
        ("os.description", "host.os.full"),
        ("os.version", "host.os.version"),
        ("client.address", "client.ip"),
        ("source.address", "source.ip"),
        ("k8s.deployment.name", "kubernetes.deployment.name"),
        ("k8s.namespace.name", "kubernetes.namespace"),
        ("k8s.node.name", "kubernetes.node.name"),
        ("k8s.pod.name", "kubernetes.pod.name"),
        ("k8s.pod.uid", "kubernetes.pod.uid"),
        ("k8s.job.name", "kubernetes.job.name"),
        ("k8s.cronjob.name", "kubernetes.cronjob.name"),
        ("k8s.statefulset.name", "kubernetes.statefulset.name"),
        ("k8s.replicaset.name", "kubernetes.replicaset.name"),
        ("k8s.daemonset.name", "kubernetes.daemonset.name"),
        ("k8s.container.name", "kubernetes.container.name"),
        ("k8s.cluster.name", "orchestrator.cluster.name"),
        ("faas.instance", "faas.id"),
        ("faas.trigger", "faas.trigger.type"));

    /// <summary>For attributes of log records.</summary>
    public static FrozenDictionary<byte[], byte[]> Log { get; } = Names(
        ("event.name", "event.action"),
        ("exception.message", "error.message"),
        ("exception.stacktrace", "error.stacktrace"),
        ("exception.type", "error.type"),
        ("exception.escaped", "event.error.exception.handled"),
        ("http.response.body.size", "http.response.encoded_body_size"));

    /// <summary>For attributes of spans.</summary>
    public static FrozenDictionary<byte[], byte[]> Span { get; } = Names(
        ("messaging.destination.name", "span.message.queue.name"),
        ("messaging.operation.name", "span.action"),
        ("db.system", "span.db.type"),
        ("db.namespace", "span.db.instance"),
        ("db.query.text", "span.db.statement"),
        ("http.response.body.size", "http.response.encoded_body_size"));

    /// <summary>For attributes that keep their names.</summary>
    public static FrozenDictionary<byte[], byte[]> Unchanged { get; } = Names();

    private static FrozenDictionary<byte[], byte[]> Names(params (string From, string To)[] names) =>
        names.ToFrozenDictionary(pair => Encoding.UTF8.GetBytes(pair.From), pair => Encoding.UTF8.GetBytes(pair.To), ByteKeyComparer.Instance);
}
