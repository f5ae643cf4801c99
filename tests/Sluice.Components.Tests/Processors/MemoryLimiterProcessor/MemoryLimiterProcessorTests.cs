using Sluice.Components.Processors.MemoryLimiterProcessor;
using Sluice.Components.Tests.Processors.Support;
using Sluice.Runtime.Contracts;

namespace Sluice.Components.Tests.Processors.MemoryLimiterProcessor;

public sealed class MemoryLimiterProcessorTests
{
    private const long MiB = 1024 * 1024;

    private static readonly MemoryLimiterProcessorFactory Factory = new();

    [Fact]
    public void The_example_of_the_readme_becomes_the_budget_of_requests_in_flight()
    {
        var settings = new PipelineSettings();

        ((IMappedProcessorFactory)Factory).Apply(
            ProcessorHarness.Bind(Factory, ProcessorHarness.ReadmeExample(Factory, "MemoryLimiterProcessor")), settings);

        Assert.Equal(400 * MiB, settings.IntakeLimit);
    }

    [Theory]
    [InlineData("limit_mib: 100", 80 * MiB)]
    [InlineData("{limit_mib: 100, limit_percentage: 50, spike_limit_mib: 10}", 90 * MiB)]
    [InlineData("limit_percentage: 50", 400 * MiB)]
    [InlineData("{limit_percentage: 50, spike_limit_percentage: 20}", 300 * MiB)]
    public void The_soft_limit_is_that_of_the_collector(string yaml, long expected) =>
        Assert.Equal(expected, ((MemoryLimiterProcessorOptions)ProcessorHarness.Bind(Factory, yaml)).SoftLimit(1000 * MiB));

    [Theory]
    [InlineData("{check_interval: 1s}", "there is no limit")]
    [InlineData("{limit_mib: 10, spike_limit_mib: 10}", "not below limit_mib")]
    [InlineData("{limit_percentage: 10, spike_limit_percentage: 20}", "not below limit_percentage")]
    [InlineData("{limit_percentage: 101}", "limit_percentage")]
    public void Options_that_cannot_work_are_errors(string yaml, string expected) =>
        Assert.Contains(expected, ProcessorHarness.Errors(Factory, yaml), StringComparison.Ordinal);
}
