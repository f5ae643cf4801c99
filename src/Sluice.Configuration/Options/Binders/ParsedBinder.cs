namespace Sluice.Configuration;

/// <summary>A value type with its own notation.</summary>
internal sealed class ParsedBinder<T> : ScalarBinder
    where T : IParsableOption<T>
{
    public override OptionKind Kind => typeof(T) == typeof(ByteSize) ? OptionKind.Size : OptionKind.Parsed;

    public override string TypeName => T.TypeName;

    protected override string Expected => T.Expected;

    public override string Format(object value) => YamlText.Quote(value.ToString() ?? "");

    protected override double Magnitude(object value) => value is ByteSize size ? size.Bytes : double.NaN;

    protected override string FormatBound(double bound) =>
        typeof(T) == typeof(ByteSize) ? new ByteSize((long)bound).ToString() : base.FormatBound(bound);

    protected override bool TryBind(ConfigScalar scalar, BindScope scope, out object? value)
    {
        var isRead = T.TryParse(scalar.Text, out var parsed, out var problem);
        value = isRead ? parsed : null;
        if (!isRead)
        {
            scope.Expected(scalar, Expected, problem);
        }

        return isRead;
    }
}
