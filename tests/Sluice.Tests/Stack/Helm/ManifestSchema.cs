using YamlDotNet.RepresentationModel;

namespace Sluice.Tests.Stack.Helm;

/// <summary>
/// The fields of Kubernetes' objects that the chart uses, written from its API reference: what is not listed here is taken for a mistake.
/// A field is a name and the type of its value, a list where <c>[]</c> follows; small letters are types of scalars, <c>map</c> has texts by names.
/// </summary>
internal static class ManifestSchema
{
    private static readonly Dictionary<string, string> Kinds = new()
    {
        ["apps/v1 DaemonSet"] = "spec:DaemonSetSpec!",
        ["apps/v1 StatefulSet"] = "spec:StatefulSetSpec!",
        ["autoscaling/v2 HorizontalPodAutoscaler"] = "spec:ScalerSpec!",
        ["monitoring.coreos.com/v1 PrometheusRule"] = "spec:RulesSpec!",
        ["monitoring.coreos.com/v1 ServiceMonitor"] = "spec:MonitorSpec!",
        ["networking.k8s.io/v1 NetworkPolicy"] = "spec:PolicySpec!",
        ["policy/v1 PodDisruptionBudget"] = "spec:BudgetSpec!",
        ["v1 ConfigMap"] = "data:map!",
        ["v1 Service"] = "spec:ServiceSpec!",
        ["v1 ServiceAccount"] = "automountServiceAccountToken:bool",
    };

    private static readonly Dictionary<string, string> Types = new()
    {
        ["Affinity"] = "nodeAffinity:any podAffinity:any podAntiAffinity:PodAntiAffinity",
        ["BudgetSpec"] = "maxUnavailable:int minAvailable:int selector:Selector!",
        ["Capabilities"] = "drop:string[] add:string[]",
        ["Claim"] = "metadata:Meta! spec:ClaimSpec!",
        ["ClaimRetention"] = "whenDeleted:string whenScaled:string",
        ["ClaimSpec"] = "accessModes:string[] storageClassName:string resources:Resources!",
        ["ConfigMapSource"] = "name:string!",
        ["Container"] = "name:string! image:string! imagePullPolicy:string args:string[] env:Env[] envFrom:EnvFrom[] ports:ContainerPort[] startupProbe:Probe livenessProbe:Probe readinessProbe:Probe lifecycle:Lifecycle resources:Resources securityContext:ContainerSecurity volumeMounts:Mount[]",
        ["ContainerPort"] = "name:string! containerPort:int! hostPort:int protocol:string",
        ["ContainerSecurity"] = "allowPrivilegeEscalation:bool readOnlyRootFilesystem:bool capabilities:Capabilities",
        ["DaemonSetSpec"] = "selector:Selector! updateStrategy:Strategy template:Template!",
        ["Egress"] = "ports:PolicyPort[] to:Peer[]",
        ["EmptyDir"] = "sizeLimit:string medium:string",
        ["Endpoint"] = "port:string! interval:string path:string honorLabels:bool relabelings:Relabeling[]",
        ["Env"] = "name:string! value:string valueFrom:EnvSource",
        ["EnvFrom"] = "secretRef:NameRef configMapRef:NameRef prefix:string",
        ["EnvSource"] = "fieldRef:FieldRef secretKeyRef:any configMapKeyRef:any",
        ["FieldRef"] = "fieldPath:string!",
        ["Get"] = "path:string! port:string! scheme:string",
        ["Ingress"] = "ports:PolicyPort[] from:Peer[]",
        ["Lifecycle"] = "preStop:PreStop postStart:any",
        ["Meta"] = "name:string! labels:map annotations:map namespace:string",
        ["Metric"] = "name:string! selector:Selector",
        ["MetricTarget"] = "type:string! averageValue:string value:string averageUtilization:int",
        ["MonitorSpec"] = "selector:Selector! endpoints:Endpoint[]! jobLabel:string",
        ["Mount"] = "name:string! mountPath:string! readOnly:bool subPath:string",
        ["NameRef"] = "name:string! optional:bool",
        ["Peer"] = "namespaceSelector:Selector podSelector:Selector ipBlock:any",
        ["PodAffinityTerm"] = "topologyKey:string! labelSelector:Selector",
        ["PodAntiAffinity"] = "preferredDuringSchedulingIgnoredDuringExecution:WeightedTerm[] requiredDuringSchedulingIgnoredDuringExecution:PodAffinityTerm[]",
        ["PodSecurity"] = "runAsNonRoot:bool runAsUser:int runAsGroup:int fsGroup:int fsGroupChangePolicy:string seccompProfile:Seccomp",
        ["PodSpec"] = "serviceAccountName:string automountServiceAccountToken:bool enableServiceLinks:bool terminationGracePeriodSeconds:int securityContext:PodSecurity imagePullSecrets:NameRef[] priorityClassName:string nodeSelector:map tolerations:Toleration[] affinity:Affinity containers:Container[]! volumes:Volume[]",
        ["PodsMetric"] = "metric:Metric! target:MetricTarget!",
        ["PolicyPort"] = "port:string protocol:string endPort:int",
        ["PolicySpec"] = "podSelector:Selector! policyTypes:string[] ingress:Ingress[] egress:Egress[]",
        ["PreStop"] = "sleep:Sleep exec:any httpGet:Get",
        ["Probe"] = "httpGet:Get! periodSeconds:int timeoutSeconds:int failureThreshold:int initialDelaySeconds:int",
        ["Relabeling"] = "targetLabel:string replacement:string sourceLabels:string[] action:string regex:string",
        ["Resources"] = "requests:map limits:map",
        ["Rolling"] = "maxUnavailable:string partition:int",
        ["Rule"] = "record:string alert:string expr:string! for:string keep_firing_for:string labels:map annotations:map",
        ["RuleGroup"] = "name:string! interval:string query_offset:string limit:int labels:map rules:Rule[]",
        ["RulesSpec"] = "groups:RuleGroup[]!",
        ["ScalePolicy"] = "type:string! value:int! periodSeconds:int!",
        ["ScaleRules"] = "stabilizationWindowSeconds:int policies:ScalePolicy[] selectPolicy:string",
        ["ScalerBehavior"] = "scaleUp:ScaleRules scaleDown:ScaleRules",
        ["ScalerMetric"] = "type:string! pods:PodsMetric",
        ["ScalerSpec"] = "scaleTargetRef:TargetRef! minReplicas:int maxReplicas:int! metrics:ScalerMetric[] behavior:ScalerBehavior",
        ["Seccomp"] = "type:string!",
        ["Selector"] = "matchLabels:map matchExpressions:any[]",
        ["ServicePort"] = "name:string port:int! targetPort:string appProtocol:string protocol:string",
        ["ServiceSpec"] = "type:string clusterIP:string internalTrafficPolicy:string publishNotReadyAddresses:bool selector:map ports:ServicePort[]!",
        ["Sleep"] = "seconds:int!",
        ["StatefulSetSpec"] = "serviceName:string! replicas:int podManagementPolicy:string updateStrategy:Strategy persistentVolumeClaimRetentionPolicy:ClaimRetention selector:Selector! template:Template! volumeClaimTemplates:Claim[]",
        ["Strategy"] = "type:string rollingUpdate:Rolling",
        ["TargetRef"] = "apiVersion:string kind:string! name:string!",
        ["Template"] = "metadata:TemplateMeta! spec:PodSpec!",
        ["TemplateMeta"] = "labels:map annotations:map",
        ["Toleration"] = "key:string operator:string value:string effect:string tolerationSeconds:int",
        ["Volume"] = "name:string! configMap:ConfigMapSource emptyDir:EmptyDir secret:any",
        ["WeightedTerm"] = "weight:int! podAffinityTerm:PodAffinityTerm!",
    };

    /// <summary>What is wrong with a manifest.</summary>
    public static IEnumerable<string> Check(YamlMappingNode manifest)
    {
        var kind = $"{manifest.Find("apiVersion").Text()} {manifest.Find("kind").Text()}";
        return Kinds.TryGetValue(kind, out var fields) ? Fields(manifest, $"apiVersion:string! kind:string! metadata:Meta! {fields}", kind) : [$"{kind} is not known here"];
    }

    private static IEnumerable<string> Fields(YamlNode node, string fields, string path)
    {
        if (node is not YamlMappingNode)
        {
            return [$"{path} is no map"];
        }

        var known = fields.Split(' ').Select(field => field.Split(':')).ToDictionary(field => field[0], field => field[1]);
        return known.Where(field => field.Value.EndsWith('!') && node.Find(field.Key) is null).Select(field => $"{path}.{field.Key} is missing")
            .Concat(node.Entries().SelectMany(entry => known.TryGetValue(entry.Key, out var type)
                ? Value(entry.Value, type.TrimEnd('!'), $"{path}.{entry.Key}")
                : [$"{path}.{entry.Key} is not known here"]));
    }

    private static IEnumerable<string> Value(YamlNode node, string type, string path)
    {
        if (type.EndsWith("[]", StringComparison.Ordinal))
        {
            return node is YamlSequenceNode list ? list.SelectMany((item, i) => Value(item, type[..^2], $"{path}[{i}]")) : [$"{path} is no list"];
        }

        return type switch
        {
            "any" => [],
            "map" => node is YamlMappingNode && node.Entries().All(entry => IsText(entry.Value)) ? [] : [$"{path} is no map of texts"],
            "string" => node is YamlScalarNode { Value.Length: > 0 } ? [] : [$"{path} is no text"],
            "int" => int.TryParse(node.Text(), out _) ? [] : [$"{path} is no number"],
            "bool" => node.Text() is "true" or "false" ? [] : [$"{path} is neither true nor false"],
            _ => Fields(node, Types[type], path),
        };
    }

    /// <summary>Labels and annotations must not be what YAML takes for a number or a truth value; quantities of resources may.</summary>
    private static bool IsText(YamlNode node) =>
        node is YamlScalarNode { Value: { } text } scalar && (scalar.Style != YamlDotNet.Core.ScalarStyle.Plain || text is not ("true" or "false" or "null" or ""));
}
