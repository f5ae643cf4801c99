using System.Text.RegularExpressions;

namespace Sluice.Architecture;

/// <summary>What proves a sender is compared in constant time, and nowhere else.</summary>
public sealed partial class SecretTests
{
    private const string Verification = "src/Sluice.Components/Receivers/WebhookReceiver/Verification";

    /// <summary>Signatures and secrets live in this folder only; what compares there says so.</summary>
    [Fact]
    public void Webhooks_are_verified_with_nothing_but_the_comparison_in_constant_time()
    {
        var files = Repository.Sources(Verification);
        var wrong =
            from file in files
            from line in Repository.Lines(file)
            where OrdinaryComparison().IsMatch(line)
            select $"{file}: {line.Trim()}";

        Violations.None(wrong);
        Assert.Equal(2, files.Sum(file => ConstantTime().Count(Repository.Text(file))));
    }

    /// <summary>Outside of it nothing of the receiver sees a secret but to hand it over.</summary>
    [Fact]
    public void Secrets_of_webhooks_are_revealed_to_their_keys_alone()
    {
        var wrong =
            from file in Repository.Sources("src/Sluice.Components/Receivers/WebhookReceiver")
            from line in Repository.Lines(file)
            where line.Contains("Reveal()", StringComparison.Ordinal) && !line.Contains("SecretKeys.", StringComparison.Ordinal)
            select $"{file}: {line.Trim()}";

        Violations.None(wrong);
    }

    [Theory]
    [InlineData("if (mac.SequenceEqual(signature))", true)]
    [InlineData("if (token == secret)", true)]
    [InlineData("if (key.Digest(i) != digest)", true)]
    [InlineData("return string.Equals(given, Secret);", true)]
    [InlineData("found = signature.AsSpan().IndexOf(mac) >= 0;", true)]
    [InlineData("if (header is null || lengths[j] == length)", false)]
    public void The_ban_sees_ordinary_comparisons(string line, bool isBanned) => Assert.Equal(isBanned, OrdinaryComparison().IsMatch(line));

    /// <summary>Comparisons of sequences, and equality of anything that is named like a proof.</summary>
    [GeneratedRegex(
        @"\.SequenceEqual|\.SequenceCompareTo|\.Equals\(|\.CompareTo\(|string\.Compare|\b(?:mac|signatures?|secrets?|token|digest|credential|given|key)\b[^=!;&|]*(?:==|!=)|(?:==|!=)\s*(?:mac|signatures?|secrets?|token|digest|credential|given|key)\b|IndexOf\((?:mac|secret|key)",
        RegexOptions.IgnoreCase)]
    private static partial Regex OrdinaryComparison();

    [GeneratedRegex(@"CryptographicOperations\.FixedTimeEquals\(")]
    private static partial Regex ConstantTime();
}
