namespace Sluice.Configuration;

/// <summary>A Go duration.</summary>
internal sealed class DurationBinder : ScalarBinder
{
    public override OptionKind Kind => OptionKind.Duration;

    public override string TypeName => "duration";

    protected override string Expected => GoDuration.Expected;

    public override string Format(object value) => GoDuration.Format((TimeSpan)value);

    protected override double Magnitude(object value) => ((TimeSpan)value).TotalSeconds;

    protected override string FormatBound(double bound) => GoDuration.Format(TimeSpan.FromSeconds(bound));

    protected override bool TryBind(ConfigScalar scalar, BindScope scope, out object? value)
    {
        value = null;
        if (GoDuration.TryParse(scalar.Text, out var duration, out var problem))
        {
            value = duration;
            return true;
        }

        // The Collector takes a bare number for nanoseconds, which nobody means.
        problem = scalar.Kind is ScalarKind.Int or ScalarKind.Float ? "add a unit: ns, us, ms, s, m or h" : problem;
        scope.Expected(scalar, Expected, problem);
        return false;
    }
}
