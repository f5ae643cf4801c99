using System.Runtime.InteropServices;
using Sluice.Transport.Kafka;

namespace Sluice.Transport.Tests.Kafka;

/// <summary>What tests of the Kafka seam have in common.</summary>
internal static class KafkaTests
{
    /// <summary>Skips the test where librdkafka is missing.</summary>
    public static void SkipUnlessInstalled()
    {
        Assert.SkipUnless(NativeLibrary.TryLoad("librdkafka.so.1", out _), "librdkafka is not installed: run tests/run --install");
        KafkaLibrary.Require("tests");
    }
}
