using System.Globalization;

namespace Sluice.Configuration;

/// <summary>A whole number of 32 or 64 bits.</summary>
internal sealed class IntegerBinder(bool isInt) : ScalarBinder
{
    public override OptionKind Kind => OptionKind.Integer;

    public override string TypeName => "integer";

    protected override string Expected => "a whole number such as 10";

    public override string Format(object value) => Convert.ToInt64(value, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);

    protected override double Magnitude(object value) => Convert.ToDouble(value, CultureInfo.InvariantCulture);

    protected override bool TryBind(ConfigScalar scalar, BindScope scope, out object? value)
    {
        value = null;
        if (scalar.Kind != ScalarKind.Int)
        {
            scope.Expected(scalar, Expected, scalar.IsQuoted && CoreSchema.Resolve(scalar.Text) == ScalarKind.Int ? "leave out the quotes" : "");
            return false;
        }

        if (!CoreSchema.TryReadInteger(scalar.Text, out var number) || (isInt && (number is < int.MinValue or > int.MaxValue)))
        {
            scope.Error(scalar, $"{scalar.Describe()} is out of range", $"it must fit {(isInt ? 32 : 64)} bits");
            return false;
        }

        value = isInt ? (object)(int)number : number;
        return true;
    }
}
