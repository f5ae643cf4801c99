using Sluice.Components.Processors.ProbabilisticSamplerProcessor;
using Sluice.Runtime.Contracts;
using Sluice.Testing.Compliance;

namespace Sluice.Components.Tests.Compliance;

public sealed class ProbabilisticSamplerProcessorComplianceTests : ProcessorCompliance
{
    protected override IProcessorFactory Factory { get; } = new ProbabilisticSamplerProcessorFactory();

    protected override object CreateOptions() => new ProbabilisticSamplerProcessorOptions
    {
        SamplingPercentage = 50,
        Mode = SamplerMode.Proportional,
        FailClosed = false,
    };
}
