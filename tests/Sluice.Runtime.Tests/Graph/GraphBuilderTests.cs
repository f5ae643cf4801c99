using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Graph;
using Sluice.Testing;

namespace Sluice.Runtime.Tests.Graph;

public sealed class GraphBuilderTests
{
    [Fact]
    public void A_good_configuration_becomes_a_model_with_one_instance_of_each_component()
    {
        var (model, said) = Build("""
            receivers: {in: {}, in/2: {number: 3}}
            processors: {drop: {}}
            exporters: {out: {}, old_out/b: {}}
            service:
              pipelines:
                logs: {receivers: [in], processors: [drop], exporters: [out]}
                traces/x: {receivers: [in, in/2], exporters: [out, old_out/b]}
            """);
        Assert.Empty(said);
        Assert.Equal(["logs", "traces/x"], model!.Pipelines.Select(pipeline => pipeline.Id));
        Assert.Equal(["in", "in/2"], model.OfKind(ComponentKind.Receiver).Select(component => component.Id.ToString()).Order());
        Assert.Equal(["old_out/b", "out"], model.OfKind(ComponentKind.Exporter).Select(component => component.Id.ToString()).Order());
        Assert.Same(model.Pipelines[0].Exporters[0], model.Pipelines[1].Exporters[0]);
    }

    [Fact]
    public void All_errors_show_at_once_with_place_and_remedy()
    {
        var (model, said) = Build("""
            receivers:
              inn: {}
              in: {number: 11}
            exporters:
              out: {}
              " ": {}
            service:
              extensions: [sidee]
              pipelines:
                log: {receivers: [in], exporters: [out]}
                logs: {receivers: [in, inn], exporters: [outt]}
                metrics: {receivers: [], exporters: [out]}
                traces: {receivers: [in], processors: [drop], exporters: [out, out]}
            """);
        Assert.Null(model);
        GoldenFile.CheckCase("tests/Sluice.Runtime.Tests/Graph/Golden", "all-errors", string.Join('\n', said) + "\n");
    }

    [Fact]
    public void What_is_defined_and_not_used_is_a_warning()
    {
        var (model, said) = Build("""
            receivers: {in: {}, in/spare: {}}
            exporters: {out: {}}
            extensions: {side: {}}
            service: {pipelines: {logs: {receivers: [in], exporters: [out]}}}
            """);
        Assert.NotNull(model);
        Assert.Equal(
            [
                "test.yaml:1:21: warning: receivers::in/spare: is defined and not used, so it is not started; use it in a pipeline, or remove it",
                "test.yaml:3:14: warning: extensions::side: is defined and not used, so it is not started; list it in service::extensions, or remove it",
            ],
            said);
        Assert.Empty(model.Extensions);
    }

    [Theory]
    [InlineData("side", "")]
    [InlineData("side/idle", "the extension \"side/idle\" is not started; list it in service::extensions")]
    [InlineData("sid", "there is no extension \"sid\"; did you mean \"side\"?")]
    [InlineData("side/mute", "the extension \"side/mute\" does not authenticate senders; name one that does, such as bearertokenauth, or basicauth with htpasswd")]
    public void An_extension_that_a_component_names_must_be_there_and_fit(string id, string expected)
    {
        var (model, said) = Build($$"""
            receivers:
              in:
                auth: {{id}}
            exporters: {out: }
            extensions: {side: {authenticates: true}, side/idle: {authenticates: true}, side/mute: }
            service: {extensions: [side, side/mute], pipelines: {logs: {receivers: [in], exporters: [out]} } }
            """);
        Assert.Equal(expected.Length == 0, model is not null);
        var errors = said.Where(line => line.Contains("error", StringComparison.Ordinal));
        Assert.Equal(expected.Length == 0 ? [] : [$"test.yaml:3:5: error: receivers::in::auth: {expected}"], errors);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("service:")]
    [InlineData("service: {pipelines: {}}")]
    [InlineData("service: {pipelines: []}")]
    [InlineData("service: {pipelines: {logs: }}")]
    [InlineData("receivers: [in]\nservice: {pipelines: {logs: {receivers: in, exporters: {a: b}}}}")]
    public void What_is_no_graph_at_all_is_an_error_and_never_an_exception(string yaml)
    {
        var (model, said) = Build(yaml);
        Assert.Null(model);
        Assert.Contains(said, line => line.Contains("error", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("memory")]
    [InlineData("disk")]
    public void A_journal_that_cannot_hold_its_groups_is_an_error(string type)
    {
        var (_, said) = Build($$"""
            receivers: {in: }
            exporters: {out: }
            service:
              journal: {type: {{type}}, max_size: 33MiB, max_group_size: 32MiB}
              pipelines: {logs: {receivers: [in], exporters: [out]} }
            """);
        Assert.Contains(said, line => line.StartsWith("test.yaml:4:", StringComparison.Ordinal) && line.Contains("max_group_size", StringComparison.Ordinal));
    }

    [Fact]
    public void Two_factories_of_one_kind_cannot_share_a_name()
    {
        var factories = new TestComponents().Factories;
        Assert.Throws<ArgumentException>(() => new ComponentCatalog([.. factories, factories[0]]));
    }

    internal static (GraphModel? Model, string[] Said) Build(string yaml, TestComponents? components = null)
    {
        var loaded = new ConfigurationLoader().Load([ConfigSource.FromText("test.yaml", yaml)]);
        var model = new GraphBuilder(new ComponentCatalog((components ?? new TestComponents()).Factories)).Build(loaded);
        return (model, DiagnosticFormatter.Format(loaded.Diagnostics).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
