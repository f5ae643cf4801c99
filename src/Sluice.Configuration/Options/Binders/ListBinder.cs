using System.Diagnostics.CodeAnalysis;

namespace Sluice.Configuration;

/// <summary>A list; bad items are all reported.</summary>
internal sealed class ListBinder(Type elementType) : ValueBinder
{
    private readonly Lazy<ValueBinder> _element = new(() => For(elementType));

    public override OptionKind Kind => OptionKind.List;

    public override string TypeName => $"list of {Element.TypeName}";

    public override ValueBinder Element => _element.Value;

    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "The product is not compiled ahead of time.")]
    public override bool TryBind(ConfigNode node, object? preset, BindScope scope, out object? value)
    {
        value = null;
        if (node is not ConfigList list)
        {
            scope.Expected(node, "a list", node is ConfigScalar ? "put the value in brackets: [value]" : $"write it as a list: - {Example()}");
            return false;
        }

        var items = Array.CreateInstance(elementType, list.Items.Count);
        var isRight = true;
        for (var i = 0; i < list.Items.Count; i++)
        {
            isRight &= TryBindElement(Element, list.Items[i], scope.Item(i), out var item) && Store(items, i, item);
        }

        value = items;
        return isRight;
    }

    public override string Format(object value) =>
        "[" + string.Join(", ", ((System.Collections.IEnumerable)value).Cast<object>().Select(Element.Format)) + "]";

    /// <summary>How an item is written: by its first keys, such as <c>{name: …, value: …}</c>.</summary>
    private string Example()
    {
        const int mostShown = 2;
        return Element is RecordBinder { Model.Options: { Count: > 0 } options }
            ? $"{{{string.Join(", ", options.Take(mostShown).Select(option => option.Key + ": …"))}}}"
            : "value";
    }

    internal static bool TryBindElement(ValueBinder binder, ConfigNode node, BindScope scope, out object? value)
    {
        value = null;
        if (node is ConfigScalar { IsUnresolved: true })
        {
            return false;
        }

        if (node is ConfigScalar { IsNull: true } empty && !binder.TakesNull(empty))
        {
            scope.Error(node, "the value is missing", $"give a value of type {binder.TypeName}, or remove the element");
            return false;
        }

        return binder.TryBind(node, null, scope, out value);
    }

    private static bool Store(Array items, int index, object? item)
    {
        items.SetValue(item, index);
        return true;
    }
}
