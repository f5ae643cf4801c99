using Sluice.Load.Sending;

namespace Sluice.Scenarios;

/// <summary>What one round of load cost.</summary>
/// <param name="Report">What the sender says.</param>
/// <param name="CpuSeconds">Processor time until everything was done.</param>
/// <param name="Seconds">Time until everything was done.</param>
internal sealed record Round(LoadReport Report, double CpuSeconds, double Seconds)
{
    /// <summary>Processor time for a million records.</summary>
    public double CpuSecondsPerMillion => CpuSeconds / Report.Acknowledged * 1_000_000;
}
