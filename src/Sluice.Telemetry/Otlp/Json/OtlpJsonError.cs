namespace Sluice.Telemetry.Otlp.Json;

/// <summary>Why a text is not an OTLP-JSON export request.</summary>
/// <param name="Path">Where: names and indices from the top, as sent, such as <c>resourceLogs[0].resource</c>; empty for the request itself.</param>
/// <param name="Offset">Byte offset in the text.</param>
/// <param name="Problem">What is wrong, and what would be right.</param>
public sealed record OtlpJsonError(string Path, long Offset, string Problem)
{
    /// <summary>All three, to show to the sender.</summary>
    public override string ToString() => $"{(Path.Length == 0 ? "the request" : Path)}: {Problem} (at byte {Offset})";
}
