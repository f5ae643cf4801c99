using System.Diagnostics.CodeAnalysis;

namespace Sluice.Configuration;

/// <summary>A record of options: unknown, ignored, unsupported and missing keys, then the record's own rules.</summary>
internal sealed class RecordBinder : ValueBinder
{
    private RecordBinder(OptionsModel model) => Model = model;

    public OptionsModel Model { get; }

    public override OptionKind Kind => OptionKind.Record;

    public override string TypeName => "map";

    public static RecordBinder ForRecord([DynamicallyAccessedMembers(OptionsModel.Reflected)] Type type) => new(OptionsModel.Of(type));

    /// <summary><c>http:</c> without a value switches on what the key stands for, with all defaults.</summary>
    public override bool TakesNull(ConfigScalar scalar) => true;

    public override bool TryBind(ConfigNode node, object? preset, BindScope scope, out object? value)
    {
        // Kept also with errors in it: what is right elsewhere in the record can then be checked on, and every error be told at once.
        value = BindRecord(node, preset, scope);
        return true;
    }

    public override string Format(object value) => "";

    /// <summary>Binds what can be bound; errors are in the bag.</summary>
    public object BindRecord(ConfigNode? node, object? preset, BindScope scope)
    {
        var record = preset is null ? Model.CreateDefault() : Model.Copy(preset);
        if (node is { IsUnresolved: true })
        {
            return record;
        }

        if (node is not (null or ConfigMap or ConfigScalar { IsNull: true }))
        {
            scope.Expected(node, "a map of keys");
            return record;
        }

        if (Model.IgnoredReason is { } reason)
        {
            scope.Bag.Warning(scope.Position, scope.Path, "is accepted without effect", reason);
        }

        var map = node as ConfigMap;
        var errors = scope.Bag.ErrorCount;
        foreach (var entry in map?.Entries ?? [])
        {
            BindEntry(record, entry, scope.Entry(map!, entry));
        }

        foreach (var option in Model.Options)
        {
            var given = map?.Find(option.Key)?.Value;
            if (option.Attribute.Required
                && (given is null || (given is ConfigScalar { IsNull: true, IsUnresolved: false, SubstitutedText: null } && option.Binder is not RecordBinder)))
            {
                ReportMissing(option, map?.Find(option.Key), scope);
            }
        }

        var isWhole = scope.Bag.ErrorCount == errors && map?.Entries.Any(entry => entry.Value.IsUnresolved) != true;
        if (record is IValidatableOptions validatable && isWhole)
        {
            validatable.Validate(new OptionsValidation(node, scope.Bag, scope.Path));
        }

        return record;
    }

    private void BindEntry(object record, ConfigEntry entry, BindScope scope)
    {
        if (Model.ByKey.TryGetValue(entry.Key, out var option))
        {
            scope = scope with { Option = option.Attribute };
            var isAbsent = entry.Value is ConfigScalar { IsNull: true } empty && !option.Binder.TakesNull(empty);
            if (!entry.Value.IsUnresolved && !isAbsent
                && option.Binder.TryBind(entry.Value, option.Preset(record), scope, out var value))
            {
                option.Set(record, value);
            }
        }
        else if (Model.Ignored.TryGetValue(entry.Key, out var reason))
        {
            if (Model.IgnoredReason is null)
            {
                scope.Bag.Warning(entry.KeyPosition, scope.Path, "the key is accepted without effect", reason);
            }
        }
        else if (Model.Unsupported.TryGetValue(entry.Key, out var alternative))
        {
            scope.Bag.Error(entry.KeyPosition, scope.Path, "the key is not supported", alternative);
        }
        else
        {
            scope.Bag.Error(entry.KeyPosition, scope.Path, "unknown key", Suggestion.For(entry.Key, Model.IgnoredReason is null ? Model.ByKey.Keys : Model.Ignored.Keys, "known keys"));
        }
    }

    private static void ReportMissing(OptionProperty option, ConfigEntry? entry, BindScope scope)
    {
        var example = option.Binder.Kind == OptionKind.Choice ? $": {string.Join(", ", option.Binder.Choices)}" : "";
        scope.Bag.Error(
            entry?.KeyPosition ?? scope.Position,
            ConfigPath.Key(scope.Path, option.Key),
            "the key is required",
            $"give a value of type {option.Binder.TypeName}{example}");
    }
}
