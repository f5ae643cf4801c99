using Sluice.Configuration.Tests.Support;

namespace Sluice.Configuration.Tests.Loading;

public sealed class SubstitutionTests
{
    private readonly FakeEnvironment _environment = new()
    {
        Variables =
        {
            ["HOST"] = "example.org", ["PORT"] = "4317", ["ZEROS"] = "0123", ["QUOTED"] = "\"q\"", ["DOLLARS"] = "a$$b${env:HOST}",
            ["LIST"] = "[1, 2]", ["EMPTY"] = "", ["WHICH"] = "HOST", ["NOT_YAML"] = "a: [", ["TRUE"] = "true",
        },
        Files =
        {
            ["host.txt"] = "example.net\n", ["two.txt"] = "a\n\n", ["crlf.txt"] = "a\r\n", ["part.yaml"] = "x: ${env:PORT}\ny: [\"${file:host.txt}\"]\n",
            ["loop.yaml"] = "again: ${file:loop.yaml}",
        },
    };

    [Theory]
    [InlineData("${env:PORT}", "4317", ScalarKind.Int)]
    [InlineData("\"${env:PORT}\"", "4317", ScalarKind.Int)]
    [InlineData("${PORT}", "4317", ScalarKind.Int)]
    [InlineData("${env:HOST}:${env:PORT}", "example.org:4317", ScalarKind.String)]
    [InlineData("1${env:PORT}", "14317", ScalarKind.Int)]
    [InlineData("'1${env:PORT}'", "14317", ScalarKind.String)]
    [InlineData("${env:NONE:-7}", "7", ScalarKind.Int)]
    [InlineData("${NONE:-a:-b}", "a:-b", ScalarKind.String)]
    [InlineData("${env:NONE:-}", "", ScalarKind.Null)]
    [InlineData("${env:EMPTY:-7}", "", ScalarKind.Null)]
    [InlineData("${env:NONE:-${env:PORT}}", "4317", ScalarKind.Int)]
    [InlineData("${env:${env:WHICH}}", "example.org", ScalarKind.String)]
    [InlineData("${env:TRUE}", "true", ScalarKind.Bool)]
    [InlineData("${env:QUOTED}", "\"q\"", ScalarKind.String)]
    [InlineData("${env:NOT_YAML}", "a: [", ScalarKind.String)]
    [InlineData("${env:DOLLARS}", "a$$b${env:HOST}", ScalarKind.String)]
    [InlineData("x${env:DOLLARS}", "xa$$b${env:HOST}", ScalarKind.String)]
    [InlineData("$$", "$", ScalarKind.String)]
    [InlineData("$${env:HOST}", "${env:HOST}", ScalarKind.String)]
    [InlineData("$$${env:HOST}", "$example.org", ScalarKind.String)]
    [InlineData("^a$", "^a$", ScalarKind.String)]
    [InlineData("$HOST", "$HOST", ScalarKind.String)]
    [InlineData("'$$12'", "$12", ScalarKind.String)]
    [InlineData("${file:host.txt}", "example.net", ScalarKind.String)]
    [InlineData("${file:two.txt}", "a\n", ScalarKind.String)]
    [InlineData("${file:crlf.txt}", "a", ScalarKind.String)]
    [InlineData("${yaml:12}", "12", ScalarKind.Int)]
    public void A_placeholder_gives(string written, string text, ScalarKind kind)
    {
        var scalar = Load.Valid("a: " + written, _environment).Scalar("a");

        Assert.Equal((text, kind), (scalar.Text, scalar.Kind));
    }

    [Fact]
    public void A_text_option_gets_exactly_the_variable_however_yaml_reads_it()
    {
        var scalar = Load.Valid("a: ${env:ZEROS}", _environment).Scalar("a");

        Assert.Equal(("0123", "${env:ZEROS}"), (scalar.Verbatim, scalar.Origin));
    }

    [Fact]
    public void A_whole_placeholder_may_be_a_list_or_a_map()
    {
        var root = Load.Valid("a: ${env:LIST}\nb: ${env:NONE:-{}}\nc: ${yaml:[x]}", _environment);

        Assert.Equal(2, Assert.IsType<ConfigList>(root.At("a")).Items.Count);
        Assert.Equal("a[1]", Assert.IsType<ConfigList>(root.At("a")).Items[1].Path);
        Assert.Empty(Assert.IsType<ConfigMap>(root.At("b")).Entries);
        Assert.Single(Assert.IsType<ConfigList>(root.At("c")).Items);
    }

    [Fact]
    public void A_substituted_file_is_configuration_with_places_of_its_own()
    {
        var root = Load.Valid("a:\n  b: ${file:part.yaml}", _environment);

        Assert.Equal("4317", root.Scalar("a::b::x").Text);
        Assert.Equal(new SourcePosition("part.yaml", 1, 4), root.At("a::b::x").Position);
        Assert.Equal("example.net", Assert.IsType<ConfigScalar>(Assert.IsType<ConfigList>(root.At("a::b::y")).Items[0]).Text);
    }

    [Fact]
    public void A_file_that_is_no_yaml_is_text_and_says_so_where_text_is_wrong()
    {
        _environment.Files["broken.yaml"] = "a: 1\nb: [\n";
        var loaded = Load.Yaml("name: ${file:broken.yaml}\nretry: ${file:broken.yaml}", _environment);
        var options = OptionBinder.Bind<ShopOptions>(loaded.Root, loaded.Diagnostics, "");

        Assert.Equal("a: 1\nb: [", options.Name);
        Assert.Equal(
            "test.yaml:2:8: error: retry: a text from ${file:broken.yaml}, which is not YAML (see broken.yaml:3:1), is not a map of keys; give a map of keys\n",
            DiagnosticFormatter.Format(loaded.Diagnostics));
    }

    [Fact]
    public void An_overridden_placeholder_is_not_resolved() =>
        Assert.Equal("1", Load.Valid("a: ${env:NONE}", _environment, "a=1").Scalar("a").Text);

    [Fact]
    public void Files_that_include_themselves_are_an_error() =>
        Assert.Contains("include one another", Load.Errors("a: ${file:loop.yaml}", _environment), StringComparison.Ordinal);

    [Fact]
    public void Nested_placeholders_are_bounded()
    {
        var deep = string.Concat(Enumerable.Repeat("${env:", 100)) + "X" + new string('}', 100);

        Assert.Contains("nested deeper", Load.Errors($"a: \"{deep}\"", _environment), StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_file_cannot_be_repeated_without_end()
    {
        _environment.Files["large"] = new string('x', 1 << 20);

        Assert.Contains("Mi characters in all", Load.Errors($"a: \"{string.Concat(Enumerable.Repeat("${file:large}", 1000))}\"", _environment), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unresolved_value_is_reported_once_only()
    {
        var loaded = Load.Yaml("name: ${env:NONE}\nsend_batch_size: ${env:NONE}", _environment);
        OptionBinder.Bind<ShopOptions>(loaded.Root, loaded.Diagnostics, "");

        Assert.Equal(2, loaded.Diagnostics.Items.Count);
    }
}
