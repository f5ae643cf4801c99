namespace Sluice.Configuration;

/// <summary>What binders of single values share: they refuse maps and lists, and check the declared range.</summary>
internal abstract class ScalarBinder : ValueBinder
{
    /// <summary>A phrase with an example for messages.</summary>
    protected abstract string Expected { get; }

    public sealed override bool TryBind(ConfigNode node, object? preset, BindScope scope, out object? value)
    {
        value = null;
        if (node is not ConfigScalar scalar)
        {
            if (TakesText && node.SubstitutedText is { } text)
            {
                // A placeholder gave text that YAML reads as a map or list; a password may well look like that.
                scalar = new ConfigScalar(node.Position, text, isQuoted: true) { Origin = node.Origin };
            }
            else
            {
                scope.Expected(node, Expected);
                return false;
            }
        }

        return TryBind(scalar, scope, out value) && IsInRange(scalar, value!, scope);
    }

    /// <summary>Whether any text is a value of this type, whatever YAML makes of it.</summary>
    protected virtual bool TakesText => false;

    protected abstract bool TryBind(ConfigScalar scalar, BindScope scope, out object? value);

    /// <summary>The value on the scale of <see cref="OptionAttribute.Min"/>; NaN where a range makes no sense.</summary>
    protected virtual double Magnitude(object value) => double.NaN;

    /// <summary>A bound of the range as it would be written.</summary>
    protected virtual string FormatBound(double bound) => bound.ToString("0.################", System.Globalization.CultureInfo.InvariantCulture);

    private bool IsInRange(ConfigScalar scalar, object value, BindScope scope)
    {
        var magnitude = Magnitude(value);
        if (scope.Option is not { } option || !(magnitude < option.Min || magnitude > option.Max))
        {
            return true;
        }

        var range = (double.IsFinite(option.Min), double.IsFinite(option.Max)) switch
        {
            (true, true) => $"from {FormatBound(option.Min)} to {FormatBound(option.Max)}",
            (true, false) => $"of at least {FormatBound(option.Min)}",
            _ => $"of at most {FormatBound(option.Max)}",
        };
        var unit = option.Unit is null ? "" : $" {option.Unit}";
        scope.Error(scalar, $"{scalar.Describe()} is out of range", $"give a value {range}{unit}");
        return false;
    }
}
