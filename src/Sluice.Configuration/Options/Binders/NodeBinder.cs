namespace Sluice.Configuration;

/// <summary>A part of the tree as it is, for keys whose meaning depends on others.</summary>
internal sealed class NodeBinder(Type type) : ValueBinder
{
    public override OptionKind Kind => OptionKind.Any;

    public override string TypeName => type == typeof(ConfigMap) ? "map" : type == typeof(ConfigList) ? "list" : "any";

    /// <summary>The component decides what a key without a value means.</summary>
    public override bool TakesNull(ConfigScalar scalar) => type.IsInstanceOfType(scalar);

    public override bool TryBind(ConfigNode node, object? preset, BindScope scope, out object? value)
    {
        value = node;
        if (type.IsInstanceOfType(node))
        {
            return true;
        }

        scope.Expected(node, type == typeof(ConfigMap) ? "a map of keys" : type == typeof(ConfigList) ? "a list" : "a single value");
        return false;
    }

    public override string Format(object value) => "";
}
