namespace Sluice.Configuration;

/// <summary>Text; numbers and booleans are taken as they are written.</summary>
internal sealed class TextBinder : ScalarBinder
{
    public override OptionKind Kind => OptionKind.Text;

    public override string TypeName => "text";

    protected override string Expected => "a single text such as abc";

    protected override bool TakesText => true;

    /// <summary>An empty variable is an empty text.</summary>
    public override bool TakesNull(ConfigScalar scalar) => scalar.SubstitutedText is not null;

    public override string Format(object value) => YamlText.Quote((string)value);

    protected override bool TryBind(ConfigScalar scalar, BindScope scope, out object? value)
    {
        value = scalar.Verbatim;
        return true;
    }
}
