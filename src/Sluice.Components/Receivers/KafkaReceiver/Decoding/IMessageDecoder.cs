using Sluice.Buffers;
using Sluice.Transport.Kafka;

namespace Sluice.Components.Receivers.KafkaReceiver.Decoding;

/// <summary>Makes part of an OTLP export request of a message. Used by one thread.</summary>
internal interface IMessageDecoder : IDisposable
{
    /// <summary>Appends whole resources with the records of a message; nothing for a message that holds none.</summary>
    /// <param name="record">The message, which has a value unless the encoding says otherwise.</param>
    /// <param name="output">Gets them; as before when the message cannot be read.</param>
    /// <returns>Why it cannot be read; null when it can.</returns>
    string? Append(in KafkaRecord record, PooledBufferWriter output);
}
