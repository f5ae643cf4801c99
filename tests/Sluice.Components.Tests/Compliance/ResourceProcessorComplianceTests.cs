using Sluice.Components.Processors.Actions;
using Sluice.Components.Processors.ResourceProcessor;
using Sluice.Runtime.Contracts;
using Sluice.Testing.Compliance;

namespace Sluice.Components.Tests.Compliance;

public sealed class ResourceProcessorComplianceTests : ProcessorCompliance
{
    protected override IProcessorFactory Factory { get; } = new ResourceProcessorFactory();

    protected override object CreateOptions() => new ResourceProcessorOptions
    {
        Attributes = [new() { Action = ActionKind.Delete, Pattern = "^http" }, new() { Action = ActionKind.Hash, Key = "user.id" }],
    };
}
