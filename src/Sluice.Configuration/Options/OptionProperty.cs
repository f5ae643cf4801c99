using System.Reflection;

namespace Sluice.Configuration;

/// <summary>One declared option of a record.</summary>
internal sealed class OptionProperty
{
    private readonly PropertyInfo _property;
    private readonly Lazy<ValueBinder> _binder;

    public OptionProperty(PropertyInfo property, OptionAttribute attribute)
    {
        _property = property;
        Attribute = attribute;
        Key = attribute.Key ?? SnakeCase.From(property.Name);

        // Lazy, since a record may hold a list of itself.
        _binder = new Lazy<ValueBinder>(() => ValueBinder.For(property.PropertyType));
    }

    public OptionAttribute Attribute { get; }

    public string Key { get; }

    public ValueBinder Binder => _binder.Value;

    public object? Get(object record) => _property.GetValue(record);

    public void Set(object record, object? value) => _property.SetValue(record, value);

    /// <summary>What a nested record starts from when its key is present.</summary>
    public object? Preset(object record) =>
        Attribute.Preset is { } name
            ? (_property.DeclaringType!.GetProperty(name, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
                ?? throw new InvalidOperationException($"{_property.DeclaringType} has no static property {name}.")).GetValue(null)
            : Get(record);
}
