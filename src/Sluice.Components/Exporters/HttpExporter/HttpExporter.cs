using System.Net.Http.Headers;
using Sluice.Buffers;
using Sluice.Components.Exporters.HttpExporter.Bodies;
using Sluice.Components.Exporters.HttpExporter.Signing;
using Sluice.Components.Exporters.HttpStatuses;
using Sluice.Components.Exporters.Otlp;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Transport.HttpClients;

namespace Sluice.Components.Exporters.HttpExporter;

/// <summary>Sends each batch as one request to an address. Keeps connections, and nothing else, between batches; thread-safe.</summary>
internal sealed class HttpExporter(ComponentContext context, HttpExporterOptions options) : IExporter
{
    private readonly Uri _address = new(options.Endpoint);
    private readonly string _name = HttpAddress.NameOf(new Uri(options.Endpoint));
    private readonly HttpMethod _method = MethodOf(options.Method);
    private readonly MediaTypeHeaderValue _type = options.ContentType is null ? BodyFormats.TypeOf(options.Format) : MediaTypeHeaderValue.Parse(options.ContentType);
    private readonly StatusPolicy _policy = new(UsualStatuses.Actions, options.OnStatus);
    private readonly WebhookSigner? _signer = options.Signing is null ? null : new WebhookSigner(options.Signing, context);
    private readonly KeyValuePair<string, string>[] _headers = [.. options.Headers.Select(header => KeyValuePair.Create(header.Key, header.Value.Reveal()))];
    private HttpConnections? _connections;
    private IClientAuthenticator? _authenticator;

    public DeliveryOrder Order => DeliveryOrder.None;

    public ValueTask StartAsync(ExporterStart start, CancellationToken cancellationToken)
    {
        _signer?.Start();
        _authenticator = options.Auth is null ? null : context.Extensions.ClientAuthenticator(options.Auth.Authenticator);
        _connections = ExportClient.Connect(context, options.Tls, options.ConnectionSettings, _address);
        return ValueTask.CompletedTask;
    }

    public async ValueTask<DeliveryOutcome> DeliverAsync(DeliveryBatch batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var text = new PooledBufferWriter(context.Pool.Buffers, "request");
        using var compressed = new PooledBufferWriter(context.Pool.Buffers, "compressed request");
        var message = _signer?.Begin(batch, text);
        using var writer = BodyFormats.CreateWriter(options.Format, context.Pool.Buffers);
        var body = Compose(writer, batch, text, compressed);
        using var content = new SegmentedContent([body]);
        try
        {
            using var request = ClientRequest.Create(options, _method, _address, content, _type);
            writer.Describe(request);
            await ClientHeaders.AddToAsync(request, _headers, _authenticator, batch.Values, cancellationToken);
            if (message is { } signed)
            {
                _signer!.AddTo(request.Headers, signed, text.WrittenSpan);
            }

            using var response = await Connections.SendAsync(request, cancellationToken);
            return await JudgeAsync(response, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException && !cancellationToken.IsCancellationRequested)
        {
            return DeliveryOutcome.Retry($"{_name}: {ClientFailure.Describe(e, "http:// in the address")}");
        }
        finally
        {
            await content.CloseAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _connections?.Dispose();
        if (_signer is not null)
        {
            await _signer.DisposeAsync();
        }
    }

    private HttpConnections Connections => _connections ?? throw new InvalidOperationException("The exporter is not started.");

    private static HttpMethod MethodOf(HttpExportMethod method) => method switch
    {
        HttpExportMethod.Put => HttpMethod.Put,
        HttpExportMethod.Patch => HttpMethod.Patch,
        _ => HttpMethod.Post,
    };

    /// <summary>Writes the body behind what is signed with it. Signatures are of the body as it is before compression, which servers undo first.</summary>
    private ReadOnlyMemory<byte> Compose(IBodyWriter writer, DeliveryBatch batch, PooledBufferWriter text, PooledBufferWriter compressed)
    {
        var start = text.Length;
        writer.Write(batch, text);
        var body = text.WrittenMemory[start..];
        if (options.Compression == ClientCompression.None)
        {
            return body;
        }

        ClientCompressions.Compress(options.Compression, options.CompressionParams.Level, [body], compressed);
        return compressed.WrittenMemory;
    }

    private async ValueTask<DeliveryOutcome> JudgeAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        var action = _policy[status];
        if (action == StatusAction.Deliver)
        {
            // The status has said it all; the client reads what is left of the answer, to use the connection again.
            return DeliveryOutcome.Delivered();
        }

        var said = await ReadAsync(response, cancellationToken);
        var reason = $"{_name} answered {status} {response.ReasonPhrase}".TrimEnd() + (said.Length == 0 ? "" : ": " + said);
        return action switch
        {
            StatusAction.Retry => DeliveryOutcome.Retry(reason, RetryAfter.Read(response, context.Time)),
            StatusAction.Reject => DeliveryOutcome.RejectedWhole(reason),
            StatusAction.Split => DeliveryOutcome.TooLarge(reason),
            _ => DeliveryOutcome.Fatal(reason),
        };
    }

    /// <summary>What the server says. That the connection breaks meanwhile changes nothing of the status.</summary>
    private async ValueTask<string> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var answer = new PooledBufferWriter(context.Pool.Buffers, "answer to a request");
        try
        {
            await ResponseBody.ReadAsync(response, answer, ExportClient.AnswerLimit, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException && !cancellationToken.IsCancellationRequested)
        {
            return $"the answer ends early ({e.Message})";
        }

        var said = AnswerText.Read(response.Content.Headers.ContentType?.MediaType, answer.WrittenMemory);
        return said.Length == 0 && response.Headers.Location is { } location
            ? $"it is at {location.OriginalString.Split('?')[0]}; set the endpoint to that"
            : said;
    }
}
