using Sluice.Buffers;

namespace Sluice.Transport.Bodies;

/// <summary>A request body in memory, or why it is not.</summary>
/// <param name="Status">What came of reading it.</param>
/// <param name="Buffer">Holds it from its start; owned by the caller. Null unless <see cref="BodyStatus.Ok"/>.</param>
/// <param name="Length">Its length in bytes, inflated.</param>
public readonly record struct RequestBody(BodyStatus Status, PooledBuffer? Buffer, int Length)
{
    internal static RequestBody Failed(BodyStatus status) => new(status, null, 0);
}
