using System.Diagnostics.CodeAnalysis;

namespace Sluice.Configuration;

/// <summary>Reads the declarations of options types for reference, schema and redaction.</summary>
public static class OptionCatalog
{
    /// <summary>Describes a record of options and everything below it. A record that holds itself is described once.</summary>
    public static OptionDescription Describe([DynamicallyAccessedMembers(OptionsModel.Reflected)] Type type)
    {
        var binder = RecordBinder.ForRecord(type);
        return new OptionDescription
        {
            Key = "",
            Kind = OptionKind.Record,
            TypeText = binder.TypeName,
            Children = Children(binder.Model, binder.Model.CreateDefault(), [type]),
        };
    }

    private static List<OptionDescription> Children(OptionsModel model, object defaults, IReadOnlyList<Type> open)
    {
        var children = model.Options.Select(option => Describe(option, defaults, open)).ToList();
        children.AddRange(model.Ignored.Select(x => new OptionDescription
        {
            Key = x.Key,
            Class = OptionClass.Ignored,
            Kind = OptionKind.Any,
            Reason = x.Value,
        }));
        children.AddRange(model.Unsupported.Select(x => new OptionDescription
        {
            Key = x.Key,
            Class = OptionClass.Unsupported,
            Kind = OptionKind.Any,
            Reason = x.Value,
        }));
        return children;
    }

    private static OptionDescription Describe(OptionProperty option, object record, IReadOnlyList<Type> open)
    {
        var attribute = option.Attribute;
        var value = option.Get(record);
        return Describe(option.Binder, option.Preset(record), open) with
        {
            Key = option.Key,
            Doc = attribute.Doc,
            Unit = attribute.Unit,
            IsRequired = attribute.Required,
            Min = double.IsFinite(attribute.Min) ? attribute.Min : null,
            Max = double.IsFinite(attribute.Max) ? attribute.Max : null,
            DefaultText = attribute.Required || value is null ? "" : option.Binder.Format(value),
        };
    }

    private static OptionDescription Describe(ValueBinder binder, object? preset, IReadOnlyList<Type> open)
    {
        var description = new OptionDescription
        {
            Key = "",
            Kind = binder.Kind,
            TypeText = binder.TypeName,
            Choices = binder.Choices,
            OtherChoices = binder.OtherChoices,
            IgnoresCase = binder.IgnoresCase,
            Element = binder.Element is { } element ? Describe(element, null, open) : null,
        };
        if (binder is not RecordBinder { Model: var model } || open.Contains(model.Type))
        {
            return description;
        }

        return description with { Children = Children(model, preset ?? model.CreateDefault(), [.. open, model.Type]) };
    }
}
