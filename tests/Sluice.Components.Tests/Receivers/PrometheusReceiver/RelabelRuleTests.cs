using Sluice.Components.Receivers.PrometheusReceiver.Series;
using Sluice.Components.Receivers.PrometheusReceiver.Targets;

namespace Sluice.Components.Tests.Receivers.PrometheusReceiver;

public sealed class RelabelRuleTests
{
    [Theory]
    [InlineData(RelabelAction.Replace, "(.*):(?P<port>.*)", "port", "$port-${1}$$", "a=x:80,b=Y,port=80-x$")]
    [InlineData(RelabelAction.Replace, "no", "port", "1", "a=x:80,b=Y")]
    [InlineData(RelabelAction.Replace, "x:80", "b", "", "a=x:80")]
    [InlineData(RelabelAction.Uppercase, "(.*)", "c", "$1", "a=x:80,b=Y,c=X:80")]
    [InlineData(RelabelAction.Keep, "x:.*", "", "", "a=x:80,b=Y")]
    [InlineData(RelabelAction.Keep, "x", "", "", null)]
    [InlineData(RelabelAction.Drop, "x:80", "", "", null)]
    [InlineData(RelabelAction.KeepEqual, "", "b", "", null)]
    [InlineData(RelabelAction.DropEqual, "", "b", "", "a=x:80,b=Y")]
    [InlineData(RelabelAction.LabelMap, "(.)", "", "copy_$1", "a=x:80,b=Y,copy_a=x:80,copy_b=Y")]
    [InlineData(RelabelAction.LabelDrop, "a", "", "", "b=Y")]
    [InlineData(RelabelAction.LabelKeep, "a", "", "", "a=x:80")]
    [InlineData(RelabelAction.Keep, "[[:alpha:]]+:[[:digit:]]+", "", "", "a=x:80,b=Y")]
    [InlineData(RelabelAction.Replace, "(?P<host>.*):(.*)", "c", "$1|$2|$host", "a=x:80,b=Y,c=x|80|x")]
    [InlineData(RelabelAction.Replace, "([](]|x):(?P<port>\\d+)(\\Q(\\E)?()", "c", "$1|$2|$3|$4|$5", "a=x:80,b=Y,c=x|80|||")]
    public void Each_action_does_what_Prometheus_does(RelabelAction action, string regex, string target, string replacement, string? expected)
    {
        var labels = Labels(("a", "x:80"), ("b", "Y"));
        var rule = new RelabelRule(new RelabelOptions { SourceLabels = ["a"], Action = action, Regex = regex, TargetLabel = target, Replacement = replacement });
        Assert.Equal(expected, RelabelRule.Apply([rule], labels) ? string.Join(',', labels.Texts.Select(label => $"{label.Key}={label.Value}")) : null);
    }

    /// <summary>RE2 has ASCII classes, and Prometheus lets a dot stand for a line feed.</summary>
    [Theory]
    [InlineData("\\d+", "42", true)]
    [InlineData("\\d+", "\u0664\u0662", false)]
    [InlineData("\\w+", "\u00E9", false)]
    [InlineData("a.b", "a\nb", true)]
    [InlineData("a|b", "ab", false)]
    [InlineData("a", "a\n", false)]
    public void Expressions_mean_what_they_mean_in_Prometheus(string regex, string text, bool fits)
    {
        var labels = Labels(("a", text));
        var rule = new RelabelRule(new RelabelOptions { SourceLabels = ["a"], Action = RelabelAction.Keep, Regex = regex });
        Assert.Equal(fits, RelabelRule.Apply([rule], labels));
    }

    [Theory]
    [InlineData("(", "Invalid pattern '(' at offset 1")]
    [InlineData("(?=a)", "(?=")]
    [InlineData("[[:letter:]]", "[:…:] is not one of")]
    [InlineData("a)(b", "Invalid pattern 'a)(b'")]
    public void What_is_no_expression_is_told_in_its_own_words(string regex, string expected)
    {
        var fault = RelabelRule.FindFault(regex);
        Assert.NotNull(fault);
        Assert.Contains(expected, fault, StringComparison.Ordinal);
        Assert.DoesNotContain("RegexOptions", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("?s:", fault, StringComparison.Ordinal);
    }

    /// <summary>From the tests of Prometheus for relabelling: baz modulo 1000 is 976.</summary>
    [Fact]
    public void Hashes_are_those_of_Prometheus()
    {
        var labels = Labels(("a", "foo"), ("b", "bar"), ("c", "baz"));
        var rule = new RelabelRule(new RelabelOptions { SourceLabels = ["c"], Action = RelabelAction.HashMod, TargetLabel = "d", Modulus = 1000 });
        Assert.True(RelabelRule.Apply([rule], labels));
        Assert.Equal("976", labels.Get("d"));
    }

    /// <summary>Several source labels, a long text, and rules that need no text: these have ways of their own.</summary>
    [Fact]
    public void Sources_are_joined_and_may_be_long()
    {
        var longest = new string('x', 1000);
        var labels = Labels(("a", longest), ("b", "é"));
        RelabelRule[] rules =
        [
            new(new RelabelOptions { SourceLabels = ["a", "none", "b"], Separator = "日", TargetLabel = "joined" }),
            new(new RelabelOptions { SourceLabels = ["a"], Regex = "x+", TargetLabel = "constant", Replacement = "yes" }),
            new(new RelabelOptions { SourceLabels = ["a"], Regex = "y+", TargetLabel = "constant", Replacement = "no" }),
            new(new RelabelOptions { SourceLabels = ["b"], TargetLabel = "a" }),
            new(new RelabelOptions { SourceLabels = ["b"], Regex = "(.)", TargetLabel = "${1}x", Replacement = "v" }),
        ];
        Assert.True(RelabelRule.Apply(rules, labels));
        Assert.Equal($"{longest}日日é", labels.Get("joined"));
        Assert.Equal(("yes", "é", "v"), (labels.Get("constant"), labels.Get("a"), labels.Get("éx")));
    }

    private static LabelSet Labels(params (string Name, string Value)[] labels)
    {
        var set = new LabelSet();
        foreach (var (name, value) in labels)
        {
            set.Set(name, value);
        }

        return set;
    }
}
