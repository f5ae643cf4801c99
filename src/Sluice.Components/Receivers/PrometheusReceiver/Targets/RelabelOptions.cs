using Sluice.Configuration;

namespace Sluice.Components.Receivers.PrometheusReceiver.Targets;

/// <summary>What a rule does; https://prometheus.io/docs/prometheus/latest/configuration/configuration/#relabel_config.</summary>
[AnyCase]
public enum RelabelAction
{
    /// <summary>Sets a label where the expression fits.</summary>
    Replace,

    /// <summary>Sets a label to the source in lower case.</summary>
    Lowercase,

    /// <summary>Sets a label to the source in upper case.</summary>
    Uppercase,

    /// <summary>Drops what the expression does not fit.</summary>
    Keep,

    /// <summary>Drops what it fits.</summary>
    Drop,

    /// <summary>Drops where the source is not the target label.</summary>
    [OptionValue("keepequal")]
    KeepEqual,

    /// <summary>Drops where it is.</summary>
    [OptionValue("dropequal")]
    DropEqual,

    /// <summary>Sets a label to a hash of the source, modulo a number.</summary>
    [OptionValue("hashmod")]
    HashMod,

    /// <summary>Copies labels whose names fit.</summary>
    [OptionValue("labelmap")]
    LabelMap,

    /// <summary>Removes labels whose names fit.</summary>
    [OptionValue("labeldrop")]
    LabelDrop,

    /// <summary>Removes labels whose names do not fit.</summary>
    [OptionValue("labelkeep")]
    LabelKeep,
}

/// <summary>One rule of <c>relabel_configs</c> or <c>metric_relabel_configs</c>.</summary>
public sealed record RelabelOptions : IValidatableOptions
{
    /// <summary>The source.</summary>
    [Option("Labels whose values are joined to what the expression is held against.")]
    public IReadOnlyList<string> SourceLabels { get; init; } = [];

    /// <summary>What stands between them.</summary>
    [Option("What stands between the values.")]
    public string Separator { get; init; } = ";";

    /// <summary>The expression.</summary>
    [Option("The regular expression that has to fit as a whole.")]
    public string Regex { get; init; } = "(.*)";

    /// <summary>The number of hashmod.</summary>
    [Option("For hashmod: what the hash is taken modulo of.", Min = 0)]
    public long Modulus { get; init; }

    /// <summary>The label that is set.</summary>
    [Option("The label that is set.")]
    public string TargetLabel { get; init; } = "";

    /// <summary>What it is set to.</summary>
    [Option("What it is set to; $1 stands for the first group of the expression, written $$1 in a configuration.")]
    public string Replacement { get; init; } = "$1";

    /// <summary>What the rule does.</summary>
    [Option("What the rule does.")]
    public RelabelAction Action { get; init; }

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (RelabelRule.FindFault(Regex) is { } fault)
        {
            context.Error("regex", $"\"{Regex}\" is no regular expression: {fault}", "write one such as (.*):\\d+");
        }

        var needsTarget = Action is RelabelAction.Replace or RelabelAction.HashMod or RelabelAction.Lowercase or RelabelAction.Uppercase or RelabelAction.KeepEqual or RelabelAction.DropEqual;
        if (needsTarget && TargetLabel.Length == 0)
        {
            context.Error("target_label", $"is missing, which {Action.ToString().ToLowerInvariant()} needs", "name the label");
        }

        if (Action == RelabelAction.HashMod && Modulus == 0)
        {
            context.Error("modulus", "is missing, which hashmod needs", "give the number of instances that share the targets");
        }

        // Prometheus refuses them too: whoever writes them believes that the rule looks at them.
        foreach (var key in Ignored())
        {
            context.Error(key, $"has no effect beside action: {Action.ToString().ToLowerInvariant()}", $"take it out: the rule looks at {(IsOfNames ? "names of labels, by regex" : "source_labels and target_label")} alone");
        }
    }

    private bool IsOfNames => Action is RelabelAction.LabelDrop or RelabelAction.LabelKeep;

    /// <summary>Keys that are set and that the action does not look at.</summary>
    private IEnumerable<string> Ignored()
    {
        var isEqual = Action is RelabelAction.KeepEqual or RelabelAction.DropEqual;
        if (!IsOfNames && !isEqual)
        {
            yield break;
        }

        var unset = new RelabelOptions();
        foreach (var (key, isSet) in new[]
        {
            ("source_labels", IsOfNames && SourceLabels.Count > 0),
            ("separator", Separator != unset.Separator),
            ("regex", isEqual && Regex != unset.Regex),
            ("modulus", Modulus != unset.Modulus),
            ("target_label", IsOfNames && TargetLabel.Length > 0),
            ("replacement", Replacement != unset.Replacement),
        })
        {
            if (isSet)
            {
                yield return key;
            }
        }
    }
}
