using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace Sluice.Testing;

/// <summary>Checks properties with the seed of the run.</summary>
public static class PropertyChecks
{
    /// <summary>Checks a property, and fails with the smallest values for which it does not hold.</summary>
    /// <param name="property">What holds for all values.</param>
    /// <param name="count">For so many of them.</param>
    public static void Check(this Property property, int count = 100)
    {
        try
        {
            property.Check(Config.QuickThrowOnFailure.WithMaxTest(count).WithReplay((ulong)RandomSeed.Value, gamma: 1));
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"SLUICE_SEED={RandomSeed.Value.ToString(CultureInfo.InvariantCulture)}: {e.Message}", e);
        }
    }
}
