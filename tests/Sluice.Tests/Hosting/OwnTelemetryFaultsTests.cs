using System.Diagnostics.Metrics;
using System.Diagnostics.Tracing;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Sluice.Hosting;
using Sluice.Testing.Components;

namespace Sluice.Tests.Hosting;

public sealed class OwnTelemetryFaultsTests
{
    [Fact]
    public void A_fault_of_the_sdk_is_said_and_that_another_provider_does_not_listen_to_our_meters_is_not()
    {
        var log = new TestLog();
        using var faults = new OwnTelemetryFaults(log);
        using var meter = new Meter("sluice-test-not-listened-to");

        using (Sdk.CreateMeterProviderBuilder().AddMeter("sluice-test-another").Build())
        {
            meter.CreateCounter<long>("ignored").Add(1);
        }

        Assert.DoesNotContain(log.Lines, line => line.Contains("sluice-test", StringComparison.Ordinal));

        using var sdk = new SdkEvents();
        sdk.Fault("no collector at sluice-test");

        // One line a minute: another test's fault may have come first.
        Assert.NotEmpty(log.Lines);
    }

    /// <summary>Speaks as a part of the SDK does.</summary>
    [EventSource(Name = "OpenTelemetry-Sluice-Test")]
    private sealed class SdkEvents : EventSource
    {
        [Event(1, Message = "{0}", Level = EventLevel.Warning)]
        public void Fault(string what) => WriteEvent(1, what);
    }
}
