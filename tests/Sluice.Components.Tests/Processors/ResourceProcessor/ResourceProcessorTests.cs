using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Resource.V1;
using Sluice.Components.Processors.ResourceProcessor;
using Sluice.Components.Tests.Processors.Support;
using Sluice.Telemetry;

namespace Sluice.Components.Tests.Processors.ResourceProcessor;

public sealed class ResourceProcessorTests
{
    private static readonly ResourceProcessorFactory Factory = new();

    [Fact]
    public void The_example_of_the_readme_edits_every_resource_and_nothing_else()
    {
        using var harness = new ProcessorHarness();
        var processor = harness.Create(Factory, ProcessorHarness.ReadmeExample(Factory, "ResourceProcessor"));
        var request = new ExportLogsServiceRequest
        {
            ResourceLogs =
            {
                Container(Pair("k8s.deployment.name", "cart"), Pair("process.command_args", "--secret")),
                Container(Pair("service.name", "shop"), Pair("cloud.region", "here")),
            },
        };

        var edited = harness.Run(processor, Signal.Logs, request.Clone());

        request.ResourceLogs[0].Resource.Attributes.Clear();
        request.ResourceLogs[0].Resource.Attributes.Add(
            [Pair("k8s.deployment.name", "cart"), Pair("service.name", "cart"), Pair("cloud.region", "eu-central-1")]);
        Assert.Equal(request, edited);
    }

    [Fact]
    public void A_record_without_a_resource_gets_one()
    {
        using var harness = new ProcessorHarness();
        var processor = harness.Create(Factory, "attributes: [{key: a, action: upsert, value: b}]");
        var request = new ExportLogsServiceRequest { ResourceLogs = { Container() } };
        request.ResourceLogs[0].Resource = null;

        var edited = harness.Run(processor, Signal.Logs, request.Clone());

        request.ResourceLogs[0].Resource = new Resource { Attributes = { Pair("a", "b") } };
        Assert.Equal(request, edited);
    }

    [Theory]
    [InlineData("attributes: []", "there is no action")]
    [InlineData("attributes: [{key: a, action: drop}]", "is not one of")]
    [InlineData("actions: [{key: a, action: delete}]", "attributes")]
    public void Options_that_cannot_work_are_errors(string yaml, string expected) =>
        Assert.Contains(expected, ProcessorHarness.Errors(Factory, yaml), StringComparison.Ordinal);

    private static ResourceLogs Container(params KeyValue[] attributes) => new()
    {
        SchemaUrl = "url",
        Resource = new Resource { Attributes = { attributes } },
        ScopeLogs = { new ScopeLogs { LogRecords = { new LogRecord { TimeUnixNano = 1 }, new LogRecord { TimeUnixNano = 2 } } } },
    };

    private static KeyValue Pair(string key, string value) => new() { Key = key, Value = new() { StringValue = value } };
}
