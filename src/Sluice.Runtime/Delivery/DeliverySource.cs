using Sluice.Telemetry;

namespace Sluice.Runtime.Delivery;

/// <summary>What the entries of one topic hold.</summary>
/// <param name="Signal">The message of their records.</param>
/// <param name="IsReplay">Each begins with a <see cref="Replay.ReplayHeader"/>.</param>
internal readonly record struct DeliverySource(Signal Signal, bool IsReplay);
