using Sluice.Journal;
using Sluice.Runtime.Delivery;

namespace Sluice.Components.Exporters.KafkaExporter.Messages;

/// <summary>Makes messages of the records of one signal. One thread.</summary>
internal interface IMessageWriter : IDisposable
{
    /// <summary>Hands over the messages of a batch that are due.</summary>
    /// <param name="outgoing">The batch; records that cannot be sent are refused there.</param>
    /// <param name="from">Records before this place in the journal are passed over.</param>
    /// <param name="sender">Where to.</param>
    /// <returns>False when the attempt ended before all was handed over.</returns>
    bool TryWrite(OutgoingBatch outgoing, RecordId from, MessageSender sender);
}
