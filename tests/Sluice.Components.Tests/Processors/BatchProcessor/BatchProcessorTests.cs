using Sluice.Components.Processors.BatchProcessor;
using Sluice.Components.Tests.Processors.Support;
using Sluice.Runtime.Contracts;

namespace Sluice.Components.Tests.Processors.BatchProcessor;

public sealed class BatchProcessorTests
{
    private static readonly BatchProcessorFactory Factory = new();

    [Fact]
    public void Its_defaults_are_those_of_the_collector()
    {
        var batch = Apply("{}").Batch!;

        Assert.Equal((8192L, 0L, TimeSpan.FromMilliseconds(200)), (batch.MinSize, batch.MaxSize, batch.FlushTimeout));
    }

    [Fact]
    public void The_example_of_the_readme_becomes_the_batching_of_exporters()
    {
        var batch = Apply(ProcessorHarness.ReadmeExample(Factory, "BatchProcessor")).Batch!;

        Assert.Equal((4096L, 8192L, TimeSpan.FromMilliseconds(500)), (batch.MinSize, batch.MaxSize, batch.FlushTimeout));
    }

    [Theory]
    [InlineData("{send_batch_size: 10, send_batch_max_size: 5}", "below send_batch_size")]
    [InlineData("{metadata_cardinality_limit: -1}", "metadata_cardinality_limit")]
    [InlineData("{metadata_keys: ['a b']}", "is not the name of a header")]
    [InlineData("{timeout: -1s}", "timeout")]
    public void Options_that_cannot_work_are_errors(string yaml, string expected) =>
        Assert.Contains(expected, ProcessorHarness.Errors(Factory, yaml), StringComparison.Ordinal);

    [Theory]
    [InlineData("{}", "", null)]
    [InlineData("{metadata_cardinality_limit: 5}", "", null)]
    [InlineData("{metadata_keys: [X-Tenant, region]}", "X-Tenant region", 1000)]
    [InlineData("{metadata_keys: [X-Tenant], metadata_cardinality_limit: 5}", "X-Tenant", 5)]
    public void Metadata_keys_partition_batches(string yaml, string by, int? limit)
    {
        var settings = Apply(yaml);

        Assert.Equal((by, limit), (string.Join(' ', settings.PartitionBy), settings.PartitionLimit));
    }

    private static PipelineSettings Apply(string yaml)
    {
        var settings = new PipelineSettings();
        ((IMappedProcessorFactory)Factory).Apply(ProcessorHarness.Bind(Factory, yaml), settings);
        return settings;
    }
}
