using Sluice.Runtime.Contracts;

namespace Sluice.Components.Receivers.KafkaReceiver;

/// <summary>The <c>kafka</c> receiver.</summary>
public sealed class KafkaReceiverFactory : ReceiverFactory<KafkaReceiverOptions>
{
    /// <inheritdoc/>
    public override string Type => "kafka";

    /// <inheritdoc/>
    public override string Summary => "Reads topics of Kafka as a member of a consumer group, each message once.";

    /// <inheritdoc/>
    protected override IReceiver Create(ComponentContext context, KafkaReceiverOptions options, IIntake intake) =>
        new KafkaReceiver(context, options, intake);
}
