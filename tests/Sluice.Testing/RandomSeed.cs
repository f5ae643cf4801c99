using System.Globalization;

namespace Sluice.Testing;

/// <summary>
/// The seed of randomized tests: <c>SLUICE_SEED</c>, else the same in every run, so that a commit that passed passes again; <c>SLUICE_SOAK=1</c> takes a
/// new one. A test names it when it fails.
/// </summary>
public static class RandomSeed
{
    private const int Usual = 20_260_101;

    /// <summary>The seed of this run: at least 0.</summary>
    public static int Value { get; } = Choose();

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

    private static int Choose()
    {
        if (Environment.GetEnvironmentVariable("SLUICE_SEED") is { Length: > 0 } text)
        {
            return int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
        }

        // Tests add the number of a case to it.
        return Environment.GetEnvironmentVariable("SLUICE_SOAK") is { Length: > 0 } ? Random.Shared.Next(int.MaxValue / 2) : Usual;
    }
}
