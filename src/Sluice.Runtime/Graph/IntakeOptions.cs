using Sluice.Configuration;

namespace Sluice.Runtime.Graph;

/// <summary><c>service::intake</c>: the budget of requests in flight.</summary>
public sealed record IntakeOptions
{
    /// <summary>Bytes of requests in flight.</summary>
    [Option("Bytes of requests in flight, bodies and what processing adds; beyond, requests are refused and may be repeated.", Min = 1 << 20)]
    public ByteSize MaxMemory { get; init; } = ByteSize.MiB(128);
}
