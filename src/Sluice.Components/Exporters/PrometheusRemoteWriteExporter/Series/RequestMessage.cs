namespace Sluice.Components.Exporters.PrometheusRemoteWriteExporter.Series;

/// <summary>A message to send.</summary>
/// <param name="Bytes">Encoded, not compressed. Lent until the next one is made, or anything is encoded.</param>
/// <param name="Samples">Samples in it, native histograms included; -1 where nobody asks.</param>
internal readonly record struct RequestMessage(ReadOnlyMemory<byte> Bytes, int Samples = -1);
