namespace Sluice.Journal.Tests.Simulation;

/// <summary>Operations that fail by chance, from a seed: for <see cref="SimulatedDisk.Before"/>.</summary>
/// <param name="seed">Decides which.</param>
/// <param name="chance">Of each write, flush and change of a name.</param>
internal sealed class RandomFaults(int seed, double chance)
{
    private readonly Random _random = new(seed);
    private readonly Lock _gate = new();

    /// <summary>How many failed.</summary>
    public int Count { get; private set; }

    /// <summary>Nothing fails while this is set.</summary>
    public bool Paused { get; set; }

    public DiskFault Decide(DiskOperation operation)
    {
        lock (_gate)
        {
            if (Paused || operation.Kind == DiskOperationKind.Read || _random.NextDouble() >= chance)
            {
                return DiskFault.None;
            }

            Count++;
            int[] errors = [DiskFault.InputOutputError, DiskFault.DiskFull, DiskFault.ReadOnly];
            return DiskFault.Fail(errors[_random.Next(errors.Length)], _random.Next(2) * _random.Next(operation.Length + 1));
        }
    }
}
