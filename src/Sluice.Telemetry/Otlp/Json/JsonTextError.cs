namespace Sluice.Telemetry.Otlp.Json;

/// <summary>Why a text is not JSON that can be kept.</summary>
/// <param name="Path">Where: names and indices from the top, such as <c>alerts[0].labels</c>; empty for the text itself.</param>
/// <param name="Offset">Byte offset in the text.</param>
/// <param name="Problem">What is wrong, and what would be right.</param>
public sealed record JsonTextError(string Path, long Offset, string Problem)
{
    /// <summary>All three, for who has said what text it is.</summary>
    public string Within => Path.Length == 0 ? $"{Problem} (at byte {Offset})" : ToString();

    /// <summary>All three, to show to the sender.</summary>
    public override string ToString() => $"{(Path.Length == 0 ? "the body" : Path)}: {Problem} (at byte {Offset})";
}
