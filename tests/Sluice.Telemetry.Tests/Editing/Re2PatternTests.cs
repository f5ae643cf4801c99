using Sluice.Telemetry.Editing;

namespace Sluice.Telemetry.Tests.Editing;

public sealed class Re2PatternTests
{
    [Theory]
    [InlineData(@"^(?P<a>\d+)$", "12", true)]
    [InlineData(@"^\d+$", "12\n", false)]
    [InlineData(@"(?m)^\d+$", "12\nx", true)]
    [InlineData(@"^(?m:a$)", "a\n", true)]
    [InlineData(@"(?m:x)?a$", "a\n", false)]
    [InlineData(@"^\d$", "٣", false)]
    [InlineData(@"^\w$", "é", false)]
    [InlineData(@"^\W$", "é", true)]
    [InlineData(@"^[\W\d]$", "5", true)]
    [InlineData(@"^[^\S]$", " ", true)]
    [InlineData("^[[:alpha:]_]+$", "ab_", true)]
    [InlineData("^[[:alpha:]]$", ":", false)]
    [InlineData("^[]a]+$", "]a", true)]
    [InlineData("^[^]a]$", "]", false)]
    [InlineData("^[a-z-[c]$", "[", true)]
    [InlineData(@"^\Qa.[b]\E+$", "a.[b]]", true)]
    [InlineData(@"^\x{1F600}$", "😀", true)]
    [InlineData(@"^[\x{e9}]$", "é", true)]
    [InlineData(@"^\pL\PN$", "éa", true)]
    [InlineData("(?i)ABC", "xabcx", true)]
    [InlineData("a.c", "a\nc", false)]
    [InlineData("(?s)a.c", "a\nc", true)]
    public void Patterns_match_as_in_re2(string pattern, string text, bool expected) =>
        Assert.Equal(expected, Re2Pattern.Compile(pattern).IsMatch(text));

    [Theory]
    [InlineData(@"(a)\1")]
    [InlineData("a(?=b)")]
    [InlineData("(?<=a)b")]
    [InlineData("(?>a)")]
    [InlineData("(?U)a*")]
    [InlineData("(?x)a b")]
    [InlineData("(?#c)a")]
    [InlineData("(a")]
    [InlineData("a)")]
    [InlineData("[a")]
    [InlineData("[[:what:]]")]
    [InlineData("a\\")]
    [InlineData("a**")]
    [InlineData("a++")]
    [InlineData(@"\x{110000}")]
    public void What_re2_refuses_is_refused(string pattern) => Assert.Throws<ArgumentException>(() => Re2Pattern.Compile(pattern));

    [Fact]
    public void A_pattern_that_makes_others_explode_matches_in_linear_time() =>
        Assert.DoesNotMatch(Re2Pattern.Compile("^(a+)+$"), new string('a', 50_000) + "b");
}
