namespace Sluice.Transport.Kafka;

/// <summary>Transactions. Each call blocks the thread that sends, up to the time given; without an end by then it is a retriable fault.</summary>
public sealed partial class KafkaProducer
{
    /// <summary>Takes the transactional id over: ends what an earlier instance with it had begun, and fences it.</summary>
    public KafkaFault? InitTransactions(TimeSpan wait) => Take(LibrdKafka.InitTransactions(_client, (int)wait.TotalMilliseconds));

    /// <summary>Begins one.</summary>
    public KafkaFault? BeginTransaction() => Take(LibrdKafka.BeginTransaction(_client));

    /// <summary>Sends what is left, and commits. After a retriable fault it is to be called again.</summary>
    public KafkaFault? CommitTransaction(TimeSpan wait) => Take(LibrdKafka.CommitTransaction(_client, (int)wait.TotalMilliseconds));

    /// <summary>Gives up what was sent in it. After a retriable fault it is to be called again.</summary>
    public KafkaFault? AbortTransaction(TimeSpan wait) => Take(LibrdKafka.AbortTransaction(_client, (int)wait.TotalMilliseconds));

    private static KafkaFault? Take(nint error)
    {
        if (error == 0)
        {
            return null;
        }

        var code = LibrdKafka.ErrorCode(error);
        var fault = new KafkaFault(code, KafkaErrors.Describe(code, LibrdKafka.Text(LibrdKafka.ErrorMessage(error))))
        {
            IsFatal = LibrdKafka.IsFatal(error) != 0,
            RequiresAbort = LibrdKafka.RequiresAbort(error) != 0,
        };
        LibrdKafka.DestroyError(error);
        return fault;
    }
}
