using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Sluice.Buffers;
using Sluice.Components.Exporters.HttpStatuses;
using Sluice.Components.Exporters.Otlp;
using Sluice.Components.Exporters.PrometheusRemoteWriteExporter.Series;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Transport.Compression;
using Sluice.Transport.HttpClients;

namespace Sluice.Components.Exporters.PrometheusRemoteWriteExporter;

/// <summary>Sends requests of remote write to one receiver, one at a time.</summary>
internal sealed class RemoteWriteClient(ComponentContext context, PrometheusRemoteWriteExporterOptions options) : IDisposable
{
    /// <summary>Without a space, as the specification has it: receivers take the parameter apart by themselves.</summary>
    private const string RequestType = "application/x-protobuf;proto=io.prometheus.write.v2.Request";

    private static readonly MediaTypeHeaderValue ProtobufType = new("application/x-protobuf");

    private readonly Uri _address = new(options.Endpoint);
    private readonly string _name = HttpAddress.NameOf(new Uri(options.Endpoint));
    private readonly KeyValuePair<string, string>[] _headers = [.. options.Headers.Select(header => KeyValuePair.Create(header.Key, header.Value.Reveal()))];
    private readonly IClientAuthenticator? _authenticator = options.Auth is null ? null : context.Extensions.ClientAuthenticator(options.Auth.Authenticator);
    private readonly HttpConnections _connections = ExportClient.Connect(context, options.Tls, options.ConnectionSettings, new Uri(options.Endpoint));
    private readonly StatusPolicy _policy = new(UsualStatuses.Actions, options.OnStatus);
    private readonly SnappyEncoder _snappy = new();

    /// <summary>Sends one request.</summary>
    /// <param name="message">What to send.</param>
    /// <param name="kind">Which message it is.</param>
    /// <param name="values">What the requests have in common that the samples came with.</param>
    /// <param name="cancellationToken">Cuts it off: the receiver may have taken it then.</param>
    public async ValueTask<RemoteWriteAnswer> SendAsync(RequestMessage message, RemoteWriteMessage kind, RequestValues values, CancellationToken cancellationToken)
    {
        using var body = new PooledBufferWriter(context.Pool.Buffers, "remote write request");
        _snappy.Compress(message.Bytes.Span, body);
        using var content = new SegmentedContent([body.WrittenMemory]);
        content.Headers.TryAddWithoutValidation("Content-Encoding", "snappy");
        try
        {
            using var request = ClientRequest.Create(options, HttpMethod.Post, _address, content, ProtobufType);
            request.Headers.TryAddWithoutValidation("X-Prometheus-Remote-Write-Version", kind == RemoteWriteMessage.Request ? "2.0.0" : "0.1.0");
            if (kind == RemoteWriteMessage.Request)
            {
                content.Headers.Remove("Content-Type");
                content.Headers.TryAddWithoutValidation("Content-Type", RequestType);
            }

            await ClientHeaders.AddToAsync(request, _headers, _authenticator, values, cancellationToken);
            using var response = await _connections.SendAsync(request, cancellationToken);
            return await JudgeAsync(response, message, kind, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException && !cancellationToken.IsCancellationRequested)
        {
            var neverSent = e is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError };
            return new RemoteWriteAnswer(DeliveryOutcome.Retry($"{_name}: {ClientFailure.Describe(e, "http:// in the address")}"), MayHaveArrived: !neverSent);
        }
        finally
        {
            await content.CloseAsync();
        }
    }

    public void Dispose() => _connections.Dispose();

    private async ValueTask<RemoteWriteAnswer> JudgeAsync(HttpResponseMessage response, RequestMessage message, RemoteWriteMessage kind, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        var isTaken = response.IsSuccessStatusCode && _policy[status] == StatusAction.Deliver;
        var written = kind == RemoteWriteMessage.Request ? WrittenOf(response) : null;
        if (isTaken && (kind == RemoteWriteMessage.WriteRequest || written >= message.Samples))
        {
            return RemoteWriteAnswer.Taken;
        }

        // What comes with a success is to be passed over.
        var said = isTaken ? "" : await ReadAsync(response, cancellationToken);
        var reason = $"{_name} answered {status} {response.ReasonPhrase}".TrimEnd() + (said.Length == 0 ? "" : ": " + said);
        var answer = RemoteWriteAnswer.Judge(_policy[status], status, RetryAfter.Read(response, context.Time), reason, said);
        return kind == RemoteWriteMessage.Request ? RemoteWriteAnswer.Judge(answer, status, message.Samples, written, reason) : answer;
    }

    private async ValueTask<string> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Headers.Location is { } location)
        {
            return $"it is at {location.OriginalString.Split('?')[0]}; set the endpoint to that";
        }

        using var answer = new PooledBufferWriter(context.Pool.Buffers, "answer to a remote write");
        await ResponseBody.ReadAsync(response, answer, ExportClient.AnswerLimit, cancellationToken);
        return ExportAnswer.Shorten(Encoding.UTF8.GetString(answer.WrittenSpan));
    }

    /// <summary>Samples that the receiver says it wrote, native histograms included; null when it says nothing. What it leaves out is none.</summary>
    private static long? WrittenOf(HttpResponseMessage response)
    {
        var samples = Read(response, "X-Prometheus-Remote-Write-Samples-Written");
        var histograms = Read(response, "X-Prometheus-Remote-Write-Histograms-Written");
        var exemplars = Read(response, "X-Prometheus-Remote-Write-Exemplars-Written");
        return samples is null && histograms is null && exemplars is null ? null : (samples ?? 0) + (histograms ?? 0);
    }

    private static long? Read(HttpResponseMessage response, string header) =>
        response.Headers.NonValidated.TryGetValues(header, out var values)
            && long.TryParse(values.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;
}
