using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Sluice.Configuration;

/// <summary>A member of an enum by its configured name.</summary>
internal sealed class ChoiceBinder : ScalarBinder
{
    private readonly Dictionary<string, object> _byName;
    private readonly Dictionary<object, string> _names = [];
    private readonly List<string> _choices = [];

    public ChoiceBinder([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicFields)] Type type)
    {
        IgnoresCase = type.IsDefined(typeof(AnyCaseAttribute), inherit: false);
        _byName = new(IgnoresCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (var field in type.GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            var value = field.GetValue(null)!;
            var declared = field.GetCustomAttribute<OptionValueAttribute>();
            var name = declared?.Name ?? SnakeCase.From(field.Name);
            _choices.Add(name);
            _names[value] = name;
            _byName.Add(name, value);
            foreach (var alias in declared?.Aliases ?? [])
            {
                _byName.Add(alias, value);
            }
        }
    }

    public override OptionKind Kind => OptionKind.Choice;

    public override string TypeName => "choice";

    public override IReadOnlyList<string> Choices => _choices;

    public override bool IgnoresCase { get; }

    public override IReadOnlyList<string> OtherChoices => [.. _byName.Keys.Except(_choices)];

    protected override string Expected => "one of " + string.Join(", ", _choices.Select(YamlText.Quote));

    /// <summary>A choice may have the empty name, which YAML and empty variables write as null.</summary>
    public override bool TakesNull(ConfigScalar scalar) => scalar.SubstitutedText is not null && _byName.ContainsKey("");

    public override string Format(object value) => YamlText.Quote(_names[value]);

    protected override bool TryBind(ConfigScalar scalar, BindScope scope, out object? value)
    {
        if (_byName.TryGetValue(scalar.Text, out value))
        {
            return true;
        }

        scope.Error(scalar, $"{scalar.Describe()} is not {Expected}", Suggest(scalar));
        return false;
    }

    private string Suggest(ConfigScalar scalar) =>
        scalar.Origin is null && Suggestion.Nearest(scalar.Text, _choices) is { } nearest ? $"did you mean \"{nearest}\"?" : "give one of these names";
}
