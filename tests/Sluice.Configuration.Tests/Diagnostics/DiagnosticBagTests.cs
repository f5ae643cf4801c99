using Sluice.Configuration.Tests.Support;

namespace Sluice.Configuration.Tests.Diagnostics;

public sealed class DiagnosticBagTests
{
    private readonly DiagnosticBag _bag = new();

    [Fact]
    public void Diagnostics_are_shown_in_reading_order()
    {
        _bag.Error(new SourcePosition("b", 2, 1), "k", "third", "");
        _bag.Warning(new SourcePosition("a", 1, 1), "k", "fourth", "r");
        _bag.Error(new SourcePosition("b", 1, 9), "", "second", "");
        _bag.Error(null, "", "first", "");

        Assert.Equal(
            "error: first\nb:1:9: error: second\nb:2:1: error: k: third\na:1:1: warning: k: fourth; r\n",
            DiagnosticFormatter.Format(_bag));
    }

    [Fact]
    public void The_same_words_about_the_same_place_are_kept_once()
    {
        _bag.Error(new SourcePosition("a", 1, 1), "k", "m", "r");
        _bag.Error(new SourcePosition("a", 1, 1), "k", "m", "r");
        _bag.Error(new SourcePosition("a", 1, 2), "k", "m", "r");

        Assert.Equal((2, 2), (_bag.Items.Count, _bag.ErrorCount));
    }

    [Fact]
    public void A_warning_is_no_error()
    {
        _bag.Warning(null, "k", "m", "r");

        Assert.False(_bag.HasErrors);
    }

    [Fact]
    public void Strictly_every_warning_is_an_error_and_the_bag_stays_as_it_is()
    {
        for (var i = 0; i < DiagnosticBag.Capacity + 2; i++)
        {
            _bag.Warning(null, $"k{i}", "m", "r");
        }

        var strict = _bag.WithWarningsAsErrors();

        Assert.Equal((DiagnosticBag.Capacity + 2, 2), (strict.ErrorCount, strict.Omitted));
        Assert.All(strict.Items, item => Assert.Equal(DiagnosticSeverity.Error, item.Severity));
        Assert.Equal(0, _bag.ErrorCount);
    }

    [Fact]
    public void Nodes_without_a_source_have_no_place()
    {
        var loaded = new ConfigurationLoader(new FakeEnvironment()).Load([]);
        OptionBinder.Bind<ShopOptions>(loaded.Root, loaded.Diagnostics, "");

        Assert.Equal("error: name: the key is required; give a value of type text\n", DiagnosticFormatter.Format(loaded.Diagnostics));
    }

    [Fact]
    public void Control_characters_of_the_input_do_not_reach_the_terminal()
    {
        var loaded = Load.Yaml("\"\\e[31m\\n\": 1\nname: x\ncompression: \"\\e[0m\"");
        OptionBinder.Bind<ShopOptions>(loaded.Root, loaded.Diagnostics, "");

        Assert.Equal(2, loaded.Diagnostics.Items.Count);
        Assert.DoesNotContain('\u001b', DiagnosticFormatter.Format(loaded.Diagnostics));
        Assert.Equal(2, DiagnosticFormatter.Format(loaded.Diagnostics).Count(c => c == '\n'));
    }
}
