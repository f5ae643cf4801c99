using Microsoft.AspNetCore.Http;
using Sluice.Buffers;
using Sluice.Runtime.DeadLetters;
using Sluice.Telemetry;
using Sluice.Telemetry.Encoders;
using Sluice.Telemetry.Otlp;

namespace Sluice.Api.Endpoints;

/// <summary>One dead letter with its record.</summary>
internal sealed class DeadLetterEndpoint : ApiEndpoint
{
    private static readonly IndexLimits Unlimited = new() { MaxDepth = IndexLimits.DeepestMaxDepth, MaxRecords = int.MaxValue };

    public override string Path => "dead-letters/{id}";

    public override string Summary => "One dead letter, with its record as an envelope and as the OTLP request in base64.";

    public override ValueTask HandleAsync(ApiRequest request, Answer answer, CancellationToken cancellationToken)
    {
        var letter = request.DeadLetters.Read().FirstOrDefault(candidate => candidate.Key == request.PathValue) ?? throw new ApiException(
            StatusCodes.Status404NotFound, $"There is no dead letter {request.PathValue}, or it was replayed.", expected: $"an id listed at {ApiRouter.Prefix}dead-letters");
        answer.Json.WriteStartObject();
        DeadLetterAnswer.WriteMembers(answer, letter);
        answer.Json.WritePropertyName("record");
        WriteRecord(answer, letter);
        answer.Json.WriteBase64String("request", letter.Request.Span);
        answer.Json.WriteEndObject();
        return ValueTask.CompletedTask;
    }

    /// <summary>Writes the envelope, or null when the request is damaged.</summary>
    private static void WriteRecord(Answer answer, DeadLetter letter)
    {
        using var buffers = new BufferPool();
        var buffer = buffers.Rent(letter.Request.Length, "dead letter");
        letter.Request.Span.CopyTo(buffer.Span);
        if (OtlpIndexer.Index(letter.Signal, buffer, 0, letter.Request.Length, new TelemetryPool(buffers), Unlimited).Batch is not { } batch)
        {
            buffer.Dispose();
            answer.Json.WriteNullValue();
            return;
        }

        using (batch)
        using (var encoder = new JsonLinesEncoder(buffers))
        using (var line = new PooledBufferWriter(buffers, "dead letter"))
        {
            if (batch.Count == 0)
            {
                answer.Json.WriteNullValue();
                return;
            }

            encoder.BeginBatch(batch);
            encoder.Encode(0, letter.Id, line);
            answer.Json.WriteRawValue(line.WrittenSpan.TrimEnd((byte)'\n'), skipInputValidation: true);
        }
    }
}
