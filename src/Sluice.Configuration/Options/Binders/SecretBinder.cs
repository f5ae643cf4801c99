namespace Sluice.Configuration;

/// <summary>Confidential text; an empty one is an error, since it would switch off what it should protect.</summary>
internal sealed class SecretBinder : ScalarBinder
{
    public override OptionKind Kind => OptionKind.Secret;

    public override string TypeName => "secret";

    protected override string Expected => "a secret such as ${env:NAME}";

    protected override bool TakesText => true;

    public override bool TakesNull(ConfigScalar scalar) => true;

    public override string Format(object value) => Secret.Redacted;

    protected override bool TryBind(ConfigScalar scalar, BindScope scope, out object? value)
    {
        value = null;
        if (scalar.Verbatim.Length == 0 || (scalar.IsNull && scalar.SubstitutedText is null))
        {
            var origin = scalar.Origin is null ? "" : $" ({scalar.Origin} is empty)";
            scope.Error(scalar, $"the secret is empty{origin}", "give it a value, or remove the key");
            return false;
        }

        value = new Secret(scalar.Verbatim);
        return true;
    }
}
