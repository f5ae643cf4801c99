using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;

namespace Sluice.Tests.Compatibility;

/// <summary>An exporter that has the keys of delivery hands them to the runtime.</summary>
public sealed class DeliveryKeysTests
{
    public static TheoryData<string> Exporters =>
        [.. BuiltIn.Components.All.OfType<IExporterFactory>().Select(factory => factory.Type)];

    [Theory]
    [MemberData(nameof(Exporters))]
    public void The_keys_of_delivery_reach_the_runtime(string type)
    {
        var factory = BuiltIn.Components.All.OfType<IExporterFactory>().Single(candidate => candidate.Type == type);
        var options = Activator.CreateInstance(factory.OptionsType)!;
        var isDelivered = factory.OptionsType.GetProperty(nameof(IDeliveryOptions.SendingQueue)) is not null;

        Assert.Equal(isDelivered, options is IDeliveryOptions);
        if (options is IDeliveryOptions keys)
        {
            var delivery = factory.Delivery(options);
            Assert.Same(keys.RetryOnFailure, delivery.Retry);
            Assert.Equal((keys.SendingQueue.NumConsumers, keys.OnFull, keys.StartAt), (delivery.SendingQueue.NumConsumers, delivery.OnFull, delivery.StartAt));
        }
    }
}
