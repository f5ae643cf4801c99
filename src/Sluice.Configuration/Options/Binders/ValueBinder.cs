using System.Diagnostics.CodeAnalysis;

namespace Sluice.Configuration;

/// <summary>Binds, formats and describes values of one type. Bad values are reported and give no result.</summary>
internal abstract class ValueBinder
{
    public abstract OptionKind Kind { get; }

    /// <summary>The type as the reference names it.</summary>
    public abstract string TypeName { get; }

    /// <summary>The binder of the elements of a list or map.</summary>
    public virtual ValueBinder? Element => null;

    /// <summary>The names of a choice.</summary>
    public virtual IReadOnlyList<string> Choices => [];

    /// <summary>Other names that a choice accepts.</summary>
    public virtual IReadOnlyList<string> OtherChoices => [];

    /// <summary>Whether the names of a choice may be written in letters of any size.</summary>
    public virtual bool IgnoresCase => false;

    /// <summary>Binds a value that is present.</summary>
    /// <param name="node">Never a null scalar unless <see cref="TakesNull"/>.</param>
    /// <param name="preset">The value that holds when the key is absent, from which nested records start.</param>
    /// <param name="scope">Where it is.</param>
    /// <param name="value">The value, when true is returned.</param>
    public abstract bool TryBind(ConfigNode node, object? preset, BindScope scope, out object? value);

    /// <summary>Whether a key without a value still means something.</summary>
    public virtual bool TakesNull(ConfigScalar scalar) => false;

    /// <summary>The value as it is written in YAML.</summary>
    public abstract string Format(object value);

    /// <summary>The binder of a property's type.</summary>
    /// <exception cref="NotSupportedException">There is none: a mistake in a declaration, not in a configuration.</exception>
    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "See OptionsModel.Reflected.")]
    [UnconditionalSuppressMessage("Trimming", "IL2072", Justification = "See OptionsModel.Reflected.")]
    [UnconditionalSuppressMessage("Trimming", "IL2067", Justification = "See OptionsModel.Reflected.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "The product is not compiled ahead of time.")]
    public static ValueBinder For(Type declared)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (type == typeof(string))
        {
            return new TextBinder();
        }

        if (type == typeof(bool))
        {
            return new BooleanBinder();
        }

        if (type == typeof(int) || type == typeof(long))
        {
            return new IntegerBinder(type == typeof(int));
        }

        if (type == typeof(double))
        {
            return new NumberBinder();
        }

        if (type == typeof(TimeSpan))
        {
            return new DurationBinder();
        }

        if (type == typeof(Secret))
        {
            return new SecretBinder();
        }

        if (type.IsEnum)
        {
            return new ChoiceBinder(type);
        }

        if (typeof(ConfigNode).IsAssignableFrom(type))
        {
            return new NodeBinder(type);
        }

        if (type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IParsableOption<>)))
        {
            return (ValueBinder)Activator.CreateInstance(typeof(ParsedBinder<>).MakeGenericType(type))!;
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            return new ListBinder(type.GenericTypeArguments[0]);
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>) && type.GenericTypeArguments[0] == typeof(string))
        {
            return new MapBinder(type.GenericTypeArguments[1]);
        }

        return type.IsClass && !type.IsAbstract && type.GetConstructor(Type.EmptyTypes) is not null
            ? RecordBinder.ForRecord(type)
            : throw new NotSupportedException($"Options of type {declared} cannot be bound.");
    }
}
