namespace Sluice.Transport.Bodies;

/// <summary>What bodies are accepted.</summary>
public sealed record BodyLimits
{
    /// <summary>Bytes of a body, as sent and inflated. 20 MiB, as the Collector.</summary>
    public int MaxSize { get; init; } = 20 << 20;

    /// <summary>The accepted content codings.</summary>
    public ContentCodings Codings { get; init; } = ContentCodings.All;
}
