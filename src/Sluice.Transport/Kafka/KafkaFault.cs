namespace Sluice.Transport.Kafka;

/// <summary>What Kafka, or the library, says is wrong.</summary>
/// <param name="Code">The code, for <see cref="KafkaErrors.KindOf"/>.</param>
/// <param name="Text">In words, with what to do where that is known.</param>
public sealed record KafkaFault(int Code, string Text)
{
    /// <summary>The client can never work again; another one is to be made.</summary>
    public bool IsFatal { get; init; }

    /// <summary>What was asked for is not there.</summary>
    public bool IsMissing { get; init; }

    /// <summary>The transaction has to be aborted.</summary>
    public bool RequiresAbort { get; init; }

    /// <summary>What it asks for.</summary>
    public KafkaErrorKind Kind => KafkaErrors.KindOf(Code);
}
