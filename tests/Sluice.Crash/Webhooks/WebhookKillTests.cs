using System.Globalization;
using Sluice.Testing;

namespace Sluice.Crash.Webhooks;

/// <summary>The real executable, killed with SIGKILL over and over while senders of webhooks repeat what got no answer.</summary>
public sealed class WebhookKillTests
{
    /// <summary>10 in continuous integration, 100 in a soak, <c>SLUICE_STEPS</c> to choose.</summary>
    private static readonly int Kills =
        int.TryParse(Environment.GetEnvironmentVariable("SLUICE_STEPS"), NumberStyles.None, CultureInfo.InvariantCulture, out var steps) ? steps
        : Environment.GetEnvironmentVariable("SLUICE_SOAK") == "1" ? 100
        : 10;

    [Fact]
    public Task Each_delivery_arrives_once_however_often_it_is_sent() => WebhookKillRun.RunAsync(Kills, RandomSeed.Value);
}
