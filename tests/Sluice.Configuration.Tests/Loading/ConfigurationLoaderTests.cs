using Sluice.Configuration.Tests.Support;

namespace Sluice.Configuration.Tests.Loading;

public sealed class ConfigurationLoaderTests
{
    [Fact]
    public void Values_know_their_place_and_path()
    {
        var root = Load.Valid("receivers:\n  otlp:\n    list:\n      - a\n      - b: 1\n");

        var list = Assert.IsType<ConfigList>(root.At("receivers::otlp::list"));
        Assert.Equal("receivers::otlp::list[1]::b", Assert.IsType<ConfigMap>(list.Items[1]).Entries[0].Value.Path);
        Assert.Equal(new SourcePosition("test.yaml", 5, 12), Assert.IsType<ConfigMap>(list.Items[1]).Entries[0].Value.Position);
        Assert.Equal(new SourcePosition("test.yaml", 5, 9), Assert.IsType<ConfigMap>(list.Items[1]).Entries[0].KeyPosition);
        Assert.Equal("test.yaml:4:9", list.Items[0].Position.ToString());
    }

    [Theory]
    [InlineData("", ScalarKind.Null)]
    [InlineData("~", ScalarKind.Null)]
    [InlineData("null", ScalarKind.Null)]
    [InlineData("True", ScalarKind.Bool)]
    [InlineData("yes", ScalarKind.String)]
    [InlineData("-12", ScalarKind.Int)]
    [InlineData("0o17", ScalarKind.Int)]
    [InlineData("0xFf", ScalarKind.Int)]
    [InlineData("0xFg", ScalarKind.String)]
    [InlineData("1_000", ScalarKind.String)]
    [InlineData("1e3", ScalarKind.Float)]
    [InlineData("1.", ScalarKind.Float)]
    [InlineData(".5", ScalarKind.Float)]
    [InlineData(".", ScalarKind.String)]
    [InlineData("-.inf", ScalarKind.Float)]
    [InlineData(".nan", ScalarKind.Float)]
    [InlineData("1.2.3", ScalarKind.String)]
    [InlineData("'12'", ScalarKind.String)]
    [InlineData("!!str 12", ScalarKind.String)]
    [InlineData("!!float 12", ScalarKind.Float)]
    public void Scalars_are_typed_by_the_core_schema(string written, ScalarKind kind) =>
        Assert.Equal(kind, Load.Valid("a: " + written).Scalar("a").Kind);

    [Fact]
    public void An_empty_file_is_an_empty_configuration() => Assert.Empty(Load.Valid("# nothing\n").Entries);

    [Fact]
    public void Later_sources_replace_scalars_and_lists_and_merge_maps()
    {
        var loaded = new ConfigurationLoader(new FakeEnvironment()).Load(
        [
            ConfigSource.FromText("one", "a: {x: 1, y: [1, 2]}\nb: 1\nc: {d: 1}"),
            ConfigSource.FromText("two", "a: {y: [3], z: 4}\nb: {n: 1}\nc:"),
        ]);

        Assert.Equal("a:\n  x: 1\n  y:\n    - 3\n  z: 4\nb:\n  n: 1\nc: null\n", ConfigPrinter.Print(loaded.Root, _ => false));
        Assert.Equal("one", loaded.Root.At("a::x").Position.Source);
        Assert.Equal("two", loaded.Root.At("a::y").Position.Source);
    }

    [Theory]
    [InlineData("a.b=1.2.3.4:4317", "a::b", "1.2.3.4:4317")]
    [InlineData("a.b=x=y", "a::b", "x=y")]
    [InlineData("a::file/x.y::b=1", "a::file/x.y::b", "1")]
    public void Set_puts_a_value_at_its_place(string argument, string path, string text)
    {
        var value = Load.Valid("a: {c: 1}", null, argument).Scalar(path);

        Assert.Equal(text, value.Text);
        Assert.Equal(new SourcePosition("--set", 1, argument.IndexOf('=', StringComparison.Ordinal) + 2), value.Position);
    }

    [Fact]
    public void Set_takes_lists_and_maps_and_the_last_wins()
    {
        var root = Load.Valid("a: 1", null, "a.b=[1, 2]", "a.b={c: 3}");

        Assert.Equal("3", root.Scalar("a::b::c").Text);
        Assert.Equal("--set:2:3", Assert.IsType<ConfigMap>(root.At("a")).Entries[0].KeyPosition.ToString());
    }

    [Fact]
    public void A_missing_file_is_an_error_and_the_other_sources_are_read()
    {
        var loaded = new ConfigurationLoader(new FakeEnvironment()).Load([ConfigSource.FromFile("gone.yaml"), ConfigSource.FromText("t", "a: 1")]);

        Assert.Equal(
            "error: the configuration file gone.yaml cannot be read: there is no such file; check the path given with --config\n",
            DiagnosticFormatter.Format(loaded.Diagnostics));
        Assert.Equal("1", loaded.Root.Scalar("a").Text);
    }

    [Fact]
    public void Merge_keys_fill_in_what_is_not_given()
    {
        var root = Load.Valid("one: &one {a: 1, b: 1}\ntwo: &two {b: 2, c: 2}\nall: {<<: [*one, *two], a: 0}");

        Assert.Equal(["0", "1", "2"], new[] { "a", "b", "c" }.Select(key => root.Scalar("all::" + key).Text));
        Assert.Equal("all::b", root.At("all::b").Path);
        Assert.Equal("one::b", root.At("one::b").Path);
    }

    [Theory]
    [InlineData("a: *a")]
    [InlineData("a: &a [*a]")]
    [InlineData("? [x]\n: 1")]
    [InlineData("a: !!binary aGk=")]
    [InlineData("a: !custom 1")]
    [InlineData("a: !!int x")]
    [InlineData("<<: 1")]
    [InlineData("a: b: c")]
    [InlineData("${env:X}: 1")]
    [InlineData("a: \"\\q\"")]
    public void What_cannot_be_used_is_an_error_with_a_place(string yaml) =>
        Assert.StartsWith("test.yaml:1:", Load.Errors(yaml), StringComparison.Ordinal);

    [Fact]
    public void Nesting_is_bounded()
    {
        Assert.Contains("nested deeper", Load.Errors("a: " + new string('[', 10_000)), StringComparison.Ordinal);
        Assert.Contains("nested deeper", Load.Errors(string.Concat(Enumerable.Range(0, 200).Select(i => new string(' ', i) + "a:\n"))), StringComparison.Ordinal);
    }

    [Fact]
    public void Aliases_cannot_nest_without_end()
    {
        var yaml = "l0: &l0 [x]\n" + string.Concat(Enumerable.Range(1, 150).Select(i => $"l{i}: &l{i} [*l{i - 1}]\n"));

        Assert.Contains("aliases make maps and lists deeper", Load.Errors(yaml), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_the_system_are_read_and_their_problems_named()
    {
        var folder = Directory.CreateTempSubdirectory("sluice-configuration");
        try
        {
            var path = Path.Combine(folder.FullName, "a.yaml");
            File.WriteAllBytes(path, [0xEF, 0xBB, 0xBF, .. "a: 1\n"u8]);
            Assert.True(SystemConfigurationEnvironment.Instance.TryReadFile(path, out var text, out _));
            Assert.Equal("a: 1\n", text);

            File.WriteAllBytes(path, [(byte)'a', 0xFF]);
            Assert.False(SystemConfigurationEnvironment.Instance.TryReadFile(path, out _, out var notText));
            Assert.Equal("it is not UTF-8 text (at byte 1)", notText);

            Assert.False(SystemConfigurationEnvironment.Instance.TryReadFile(folder.FullName, out _, out var directory));
            Assert.Equal("it is a directory", directory);

            Assert.False(SystemConfigurationEnvironment.Instance.TryReadFile(Path.Combine(folder.FullName, "x", "y"), out _, out var missing));
            Assert.Equal("there is no such file", missing);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
