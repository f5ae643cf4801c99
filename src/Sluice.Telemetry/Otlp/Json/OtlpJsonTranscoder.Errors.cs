using System.Text;
using System.Text.Json;

namespace Sluice.Telemetry.Otlp.Json;

/// <summary>What was wrong.</summary>
internal ref partial struct OtlpJsonTranscoder
{
    private const int LongestQuotation = 40;

    private bool Expected(string what) => Fail($"expected {what}, found {Found()}", _json.TokenStartIndex);

    private bool Fail(string problem, long offset)
    {
        Problem = problem;
        ProblemOffset = offset;
        return false;
    }

    private readonly string Found() => _json.TokenType switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => $"\"{Quotation()}\"",
        _ => Quotation(),
    };

    private readonly string Quotation()
    {
        var bytes = _json.ValueSpan;
        var text = Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, LongestQuotation)]);
        return bytes.Length > LongestQuotation ? text + "…" : text;
    }
}
