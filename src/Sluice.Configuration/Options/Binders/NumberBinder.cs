using System.Globalization;

namespace Sluice.Configuration;

/// <summary>A finite number.</summary>
internal sealed class NumberBinder : ScalarBinder
{
    public override OptionKind Kind => OptionKind.Number;

    public override string TypeName => "number";

    protected override string Expected => "a number such as 0.5";

    public override string Format(object value) => ((double)value).ToString(CultureInfo.InvariantCulture);

    protected override double Magnitude(object value) => (double)value;

    protected override bool TryBind(ConfigScalar scalar, BindScope scope, out object? value)
    {
        value = null;
        if (scalar.Kind is ScalarKind.Int or ScalarKind.Float && CoreSchema.ReadFloat(scalar.Text) is var number && double.IsFinite(number))
        {
            value = number;
            return true;
        }

        scope.Expected(scalar, Expected);
        return false;
    }
}
