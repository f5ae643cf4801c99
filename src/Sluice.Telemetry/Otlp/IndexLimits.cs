namespace Sluice.Telemetry.Otlp;

/// <summary>What the indexer refuses, so that no request costs memory out of proportion to its size.</summary>
public sealed record IndexLimits
{
    /// <summary>The limits used where none are configured.</summary>
    public static IndexLimits Default { get; } = new();

    /// <summary>What <see cref="MaxDepth"/> is cut to: reading a value takes stack for each level.</summary>
    public const int DeepestMaxDepth = 256;

    /// <summary>Levels of arrays and key-value lists within one value; at most <see cref="DeepestMaxDepth"/>.</summary>
    public int MaxDepth { get; init; } = 64;

    /// <summary>Records in one request; each costs 56 bytes beside its own. Its resources and its scopes are limited to the same number each.</summary>
    public int MaxRecords { get; init; } = 250_000;

    /// <summary>
    /// Whether the same bytes were indexed before and nothing in them was refused, as with what a journal gives back under its checksums: texts,
    /// attributes and bodies are then passed over unread.
    /// </summary>
    public bool IsChecked { get; init; }
}
