namespace Sluice.Telemetry.Otlp;

/// <summary>The outcome of indexing a request.</summary>
/// <param name="Status">Whether it could be read.</param>
/// <param name="Batch">The records, owned by the caller; null unless <see cref="IndexStatus.Ok"/>.</param>
/// <param name="ErrorOffset">Where in the payload reading failed; meaningful when malformed.</param>
public readonly record struct IndexResult(IndexStatus Status, EnvelopeBatch? Batch, int ErrorOffset);
