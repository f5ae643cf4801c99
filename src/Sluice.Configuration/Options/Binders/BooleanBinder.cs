namespace Sluice.Configuration;

/// <summary>True or false.</summary>
internal sealed class BooleanBinder : ScalarBinder
{
    public override OptionKind Kind => OptionKind.Boolean;

    public override string TypeName => "boolean";

    protected override string Expected => "true or false";

    public override string Format(object value) => (bool)value ? "true" : "false";

    protected override bool TryBind(ConfigScalar scalar, BindScope scope, out object? value)
    {
        value = null;
        if (scalar.Kind == ScalarKind.Bool)
        {
            value = CoreSchema.ReadBool(scalar.Text);
            return true;
        }

        scope.Expected(scalar, Expected, scalar.IsQuoted && CoreSchema.Resolve(scalar.Text) == ScalarKind.Bool ? "leave out the quotes" : "");
        return false;
    }
}
