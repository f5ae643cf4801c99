using Sluice.Components.Connectors.Metering;

namespace Sluice.Components.Connectors.CountConnector.Cumulative;

/// <summary>What is counted for one metric with some attributes.</summary>
internal sealed class CountSeries(uint id, ResourceGroup group, int definition, byte[] key, byte[] attributes)
    : MeteredSeries(id, group, definition, key, attributes)
{
    /// <inheritdoc/>
    public override bool IsOverflow => CountIdentity.IsOverflow(Key);
}
