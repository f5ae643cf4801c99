using System.Globalization;

namespace Sluice.Testing;

/// <summary>The seed of a randomized test: a new one per run, or <c>SLUICE_SEED</c>. A test names it when it fails.</summary>
public static class RandomSeed
{
    /// <summary>The seed of this run.</summary>
    public static int Value { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("SLUICE_SEED"), NumberStyles.Integer, CultureInfo.InvariantCulture, out var seed)
            ? seed
            : Random.Shared.Next();

    /// <summary>Runs one case of a test, and adds to its failure what is needed to run that case again.</summary>
    public static void Explain(int number, Action test, Func<string> describe)
    {
        try
        {
            test();
        }
        catch (Exception e)
        {
            throw new InvalidOperationException(
                $"Case {number} of SLUICE_SEED={Value.ToString(CultureInfo.InvariantCulture)} failed: {e.Message}\n{describe()}", e);
        }
    }
}
