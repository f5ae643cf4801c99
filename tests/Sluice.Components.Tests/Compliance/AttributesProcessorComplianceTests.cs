using Sluice.Components.Processors.Actions;
using Sluice.Components.Processors.AttributesProcessor;
using Sluice.Runtime.Contracts;
using Sluice.Testing.Compliance;

namespace Sluice.Components.Tests.Compliance;

public sealed class AttributesProcessorComplianceTests : ProcessorCompliance
{
    protected override IProcessorFactory Factory { get; } = new AttributesProcessorFactory();

    protected override object CreateOptions() => new AttributesProcessorOptions
    {
        Actions = [new() { Action = ActionKind.Delete, Key = "user.id" }, new() { Action = ActionKind.Hash, Pattern = "^http" }],
    };
}
