using Sluice.Configuration;
using Sluice.Journal;
using Sluice.Runtime.Delivery;

namespace Sluice.Runtime.Tests.Delivery;

public sealed class DeliveryOptionsTests
{
    [Fact]
    public void What_exporters_share_is_taken_from_their_options()
    {
        var keys = new Keys();

        var options = DeliveryOptions.From(keys);

        Assert.Same(keys.SendingQueue, options.SendingQueue);
        Assert.Same(keys.RetryOnFailure, options.Retry);
        Assert.Equal((3 << 20, OnFull.DropOldest, StartAt.Earliest), (options.MaxLag, options.OnFull, options.StartAt));
        Assert.Equal(new DeliveryOptions().Timeout, options.Timeout);
    }

    private sealed class Keys : IDeliveryOptions
    {
        public SendingQueueOptions SendingQueue { get; } = new() { NumConsumers = 3 };

        public RetryOptions RetryOnFailure { get; } = new() { Multiplier = 2 };

        public ByteSize? MaxLag => ByteSize.MiB(3);

        public OnFull OnFull => OnFull.DropOldest;

        public StartAt StartAt => StartAt.Earliest;
    }
}
