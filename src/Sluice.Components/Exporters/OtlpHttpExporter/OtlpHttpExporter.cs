using System.Net.Http.Headers;
using Sluice.Buffers;
using Sluice.Components.Exporters.Otlp;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;
using Sluice.Transport.HttpClients;

namespace Sluice.Components.Exporters.OtlpHttpExporter;

/// <summary>Sends batches as OTLP/HTTP requests. Keeps connections, and nothing else, between batches; thread-safe.</summary>
internal sealed class OtlpHttpExporter(ComponentContext context, OtlpHttpExporterOptions options) : IExporter
{
    private static readonly MediaTypeHeaderValue ProtobufType = new("application/x-protobuf");
    private static readonly MediaTypeHeaderValue JsonType = new("application/json");

    private readonly OtlpHttpTargets _targets = new(options);
    private readonly ExportVerdict _verdict = new(context.Logger, context.Time);
    private readonly KeyValuePair<string, string>[] _headers = [.. options.Headers.Select(header => KeyValuePair.Create(header.Key, header.Value.Reveal()))];
    private HttpConnections? _connections;
    private IClientAuthenticator? _authenticator;

    public DeliveryOrder Order => DeliveryOrder.None;

    public ValueTask StartAsync(ExporterStart start, CancellationToken cancellationToken)
    {
        _authenticator = options.Auth is null ? null : context.Extensions.ClientAuthenticator(options.Auth.Authenticator);
        _connections = ExportClient.Connect(context, options.Tls, options.ConnectionSettings, _targets.All);
        return ValueTask.CompletedTask;
    }

    public async ValueTask<DeliveryOutcome> DeliverAsync(DeliveryBatch batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var signal = batch.Segments[0].Batch.Signal;
        if (_targets[signal] is not { } address)
        {
            var name = ExportSignals.NameOf(signal);
            return DeliveryOutcome.Fatal($"there is no address for {name}: give endpoint or {name}_endpoint, or take it out of the pipelines of {name}");
        }

        using var body = new ExportBody(context.Pool.Buffers, options.Encoding, options.Compression, options.CompressionParams.Level);
        using var content = new SegmentedContent(body.Compose(batch));
        try
        {
            using var request = ClientRequest.Create(options, HttpMethod.Post, address, content, options.Encoding == ExportEncoding.Json ? JsonType : ProtobufType);
            await ClientHeaders.AddToAsync(request, _headers, _authenticator, batch.Values, cancellationToken);
            using var response = await Connections.SendAsync(request, cancellationToken);
            return await JudgeAsync(batch, signal, response, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException && !cancellationToken.IsCancellationRequested)
        {
            return DeliveryOutcome.Retry($"{_targets.NameOf(signal)}: {ClientFailure.Describe(e, "http:// in the address")}");
        }
        finally
        {
            await content.CloseAsync();
        }
    }

    public ValueTask DisposeAsync()
    {
        _connections?.Dispose();
        return ValueTask.CompletedTask;
    }

    private HttpConnections Connections => _connections ?? throw new InvalidOperationException("The exporter is not started.");

    private async ValueTask<DeliveryOutcome> JudgeAsync(DeliveryBatch batch, Signal signal, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var answer = new PooledBufferWriter(context.Pool.Buffers, "answer to an export");
        var isWhole = await ResponseBody.ReadAsync(response, answer, ExportClient.AnswerLimit, cancellationToken);
        var type = response.Content.Headers.ContentType?.MediaType;
        if (response.IsSuccessStatusCode)
        {
            return TryRead(signal, type, isWhole, answer, out var read)
                ? _verdict.Taken(batch, signal, read)
                : DeliveryOutcome.Retry($"{_targets.NameOf(signal)} answered {(int)response.StatusCode} with {type ?? "a body"} that is no {ExportSignals.ResponseOf(signal)}");
        }

        var said = ExportAnswer.Shorten(ExportAnswer.ReadError(type, answer.WrittenMemory).Message);
        if (said.Length == 0 && response.Headers.Location is { } location)
        {
            said = $"it is at {location.OriginalString.Split('?')[0]}; set the endpoint to that";
        }

        var reason = $"{_targets.NameOf(signal)} answered {(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd() + (said.Length == 0 ? "" : ": " + said);
        return OtlpHttpAnswers.Judge((int)response.StatusCode, RetryAfter.Read(response, context.Time), reason);
    }

    /// <summary>
    /// Reads the body of a success. Servers that say nothing, or something of their own in plain text, took the request; a page of HTML comes
    /// from something else in between, and what claims to be a response and is none cannot be relied on.
    /// </summary>
    private static bool TryRead(Signal signal, string? type, bool isWhole, PooledBufferWriter body, out ExportAnswer answer)
    {
        answer = default;
        if (body.Length == 0)
        {
            return true;
        }

        if (ExportAnswer.IsProtobuf(type))
        {
            return isWhole && ExportAnswer.TryReadProtobuf(body.WrittenSpan, out answer);
        }

        return ExportAnswer.IsJson(type)
            ? isWhole && ExportAnswer.TryReadJson(signal, body.WrittenMemory, out answer)
            : !string.Equals(type, "text/html", StringComparison.OrdinalIgnoreCase);
    }
}
