using Microsoft.Extensions.Logging;
using Sluice.Transport.Kafka;
using Sluice.Transport.Tests.Support;

namespace Sluice.Transport.Tests.Kafka;

public sealed class KafkaLibraryTests
{
    [Fact]
    public void A_missing_library_is_named_as_each_distribution_calls_it()
    {
        var fault = KafkaLibrary.FindFault(0);

        Assert.Equal("librdkafka is not installed, which is needed to speak to Kafka; install the package librdkafka1 (Debian, Ubuntu) or librdkafka (Fedora, RHEL, Alpine, Homebrew on macOS)", fault);
    }

    [Fact]
    public void A_library_that_is_too_old_says_how_old_it_is() =>
        Assert.StartsWith("librdkafka is installed in version 1.6.2, but 1.9.0 or newer is needed", KafkaLibrary.FindFault(0x010602ff), StringComparison.Ordinal);

    [Theory]
    [InlineData(0x010900ff)]
    [InlineData(0x020002ff)]
    public void A_library_that_is_new_enough_is_fine(int version) => Assert.Null(KafkaLibrary.FindFault(version));

    [Theory]
    [InlineData(0, KafkaErrorKind.None)]
    [InlineData(-195, KafkaErrorKind.Retriable)]
    [InlineData(-187, KafkaErrorKind.Retriable)]
    [InlineData(-192, KafkaErrorKind.Retriable)]
    [InlineData(3, KafkaErrorKind.Retriable)]
    [InlineData(6, KafkaErrorKind.Retriable)]
    [InlineData(19, KafkaErrorKind.Retriable)]
    [InlineData(10, KafkaErrorKind.TooLarge)]
    [InlineData(18, KafkaErrorKind.TooLarge)]
    [InlineData(17, KafkaErrorKind.Rejected)]
    [InlineData(87, KafkaErrorKind.Rejected)]
    [InlineData(29, KafkaErrorKind.NeedsHelp)]
    [InlineData(58, KafkaErrorKind.NeedsHelp)]
    [InlineData(-169, KafkaErrorKind.NeedsHelp)]
    [InlineData(90, KafkaErrorKind.Fenced)]
    [InlineData(-144, KafkaErrorKind.Fenced)]
    public void Errors_are_sorted_by_what_they_ask_for(int code, KafkaErrorKind kind) => Assert.Equal(kind, KafkaErrors.KindOf(code));

    [Fact]
    public void Errors_come_with_advice()
    {
        KafkaTests.SkipUnlessInstalled();

        Assert.Equal("Broker: Not enough in-sync replicas; bring brokers back until min.insync.replicas of the topic are in sync", KafkaErrors.Describe(19));
        Assert.Equal("Broker: Topic authorization failed; grant this user WRITE and DESCRIBE on the topic to send, READ to receive", KafkaErrors.Describe(29));
        Assert.Equal("it hides; check tls", KafkaErrors.Describe(-181, "it hides."));
        Assert.Equal("Local: Broker transport failure", KafkaErrors.Describe(-195));
    }

    [Theory]
    [InlineData(0, LogLevel.Error)]
    [InlineData(3, LogLevel.Warning)]
    [InlineData(5, LogLevel.Information)]
    [InlineData(7, LogLevel.Debug)]
    public void The_librarys_log_is_ours_and_no_louder(int severity, LogLevel level)
    {
        var logger = new ListLogger();

        KafkaLog.Write(logger, severity, "FAIL", "it is gone");

        Assert.Equal($"{level}: librdkafka FAIL: it is gone ", Assert.Single(logger.Lines));
    }
}
