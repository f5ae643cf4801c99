using System.Net.Http.Headers;
using Sluice.Components.Exporters.HttpExporter.Bodies;
using Sluice.Components.Exporters.HttpExporter.Signing;
using Sluice.Components.Exporters.HttpStatuses;
using Sluice.Configuration;
using Sluice.Journal;
using Sluice.Runtime.Delivery;
using Sluice.Transport.HttpClients;

namespace Sluice.Components.Exporters.HttpExporter;

/// <summary>Options of the <c>http</c> exporter: the keys of the Collector's HTTP clients, and its own.</summary>
public sealed record HttpExporterOptions : HttpClientOptions, IDeliveryOptions
{
    /// <summary>Not every server takes compressed bodies, so nothing is compressed unless somebody says so.</summary>
    public HttpExporterOptions() => Compression = ClientCompression.None;

    /// <summary>The address.</summary>
    [Option("The whole address that requests go to, such as https://example.com/hooks/orders.", Required = true)]
    public string Endpoint { get; init; } = "";

    /// <summary>The method.</summary>
    [Option("The method of requests.")]
    public HttpExportMethod Method { get; init; }

    /// <summary>What bodies are.</summary>
    [Option("What a request holds. Many records: json_lines, json_array (both of envelopes), otlp_json, cloudevents_batch. One record: json (the envelope), webhook (its type, timestamp, and the envelope as data), cloudevents (structured mode), cloudevents_binary.")]
    public HttpFormat Format { get; init; }

    /// <summary>The content type; null for that of the format.</summary>
    [Option("The content type of requests, where the server wants another than that of the format: application/x-ndjson for json_lines, that of the mode for CloudEvents, else application/json.")]
    public string? ContentType { get; init; }

    /// <summary>How requests are signed; null for not at all.</summary>
    [Option("Signs requests as Standard Webhooks describes it. A request then holds records of one request of a receiver only.")]
    public HttpSigningOptions? Signing { get; init; }

    /// <summary>What statuses mean.</summary>
    [Option("What answers mean, where that is not the usual: deliver, retry, reject, split or hold, by a status such as 409 or a class such as 5xx.")]
    public IReadOnlyDictionary<string, StatusAction> OnStatus { get; init; } = new Dictionary<string, StatusAction>();

    /// <summary>The time of one attempt; zero for no limit.</summary>
    [Option("How long one attempt may take, connecting included; 0s for no limit.", Min = 0, Max = OptionAttribute.LongestWait)]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How records are gathered.</summary>
    [Option("How records are gathered before they are sent. Without batch: by 512KiB of records, at most 1MiB, or 200ms. Formats of one record have no batch.")]
    public SendingQueueOptions SendingQueue { get; init; } = new();

    /// <summary>What happens when the server cannot take them.</summary>
    [Option("What happens when the server cannot take a request now.")]
    public RetryOptions RetryOnFailure { get; init; } = new();

    /// <summary>Bytes it may lag behind.</summary>
    [Option("Bytes of the journal it may lag behind; absent for all of it.")]
    public ByteSize? MaxLag { get; init; }

    /// <summary>What happens when it lags too far.</summary>
    [Option("What happens when it lags too far: reject refuses new data for its pipelines, drop_oldest drops and counts the oldest.")]
    public OnFull OnFull { get; init; } = OnFull.Reject;

    /// <summary>Where it starts when it is new.</summary>
    [Option("Where it starts when it is new: latest (new records only) or earliest (all that the journal still holds).")]
    public StartAt StartAt { get; init; } = StartAt.Latest;

    /// <inheritdoc/>
    public override void Validate(OptionsValidation context)
    {
        base.Validate(context);
        if (HttpAddress.FindFault(Endpoint) is { } fault)
        {
            context.Error("endpoint", $"\"{HttpAddress.WithoutSecrets(Endpoint)}\" {fault}", "write http://host:port/path or https://host/path");
        }

        if (ContentType is not null && !MediaTypeHeaderValue.TryParse(ContentType, out _))
        {
            context.Error("content_type", $"\"{ContentType}\" is not a content type", "write one such as application/vnd.example+json");
        }

        if (ContentType is not null && Format == HttpFormat.CloudEventsBinary)
        {
            context.Error("content_type", "in binary mode the type is that of each event's data", "remove it");
        }

        if (BodyFormats.IsSingle(Format) && SendingQueue.Batch is not null)
        {
            context.Error("sending_queue::batch", "has no effect on requests that hold one record", "remove it, or choose a format of many records");
        }

        StatusPolicy.Validate(OnStatus, context);

        foreach (var name in Headers.Keys)
        {
            if (Signing is not null && WebhookSigner.Headers.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                context.Error("headers", $"\"{name}\" belongs to the signature", "leave it out, or remove signing");
            }
        }
    }
}
