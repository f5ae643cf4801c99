using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Sluice.Configuration;

/// <summary>A map from free names to values, in the order of writing; bad values are all reported.</summary>
internal sealed class MapBinder(Type elementType) : ValueBinder
{
    private readonly Lazy<ValueBinder> _element = new(() => For(elementType));

    public override OptionKind Kind => OptionKind.Map;

    public override string TypeName => $"map of {Element.TypeName}";

    public override ValueBinder Element => _element.Value;

    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "The product is not compiled ahead of time.")]
    [UnconditionalSuppressMessage("Trimming", "IL2055", Justification = "OrderedDictionary is used with the types of declared properties only.")]
    public override bool TryBind(ConfigNode node, object? preset, BindScope scope, out object? value)
    {
        value = null;
        if (node is not ConfigMap map)
        {
            scope.Expected(node, "a map", "write it as name: value");
            return false;
        }

        var items = (IDictionary)Activator.CreateInstance(typeof(OrderedDictionary<,>).MakeGenericType(typeof(string), elementType))!;
        var isRight = true;
        foreach (var entry in map.Entries)
        {
            var inner = scope.Entry(map, entry) with { Option = scope.Option };
            if (ListBinder.TryBindElement(Element, entry.Value, inner, out var item))
            {
                items.Add(entry.Key, item);
            }
            else
            {
                isRight = false;
            }
        }

        value = items;
        return isRight;
    }

    public override string Format(object value)
    {
        var entries = new List<string>();
        foreach (DictionaryEntry entry in (IDictionary)value)
        {
            entries.Add($"{YamlText.Quote((string)entry.Key)}: {(entry.Value is null ? "null" : Element.Format(entry.Value))}");
        }

        return "{" + string.Join(", ", entries) + "}";
    }
}
