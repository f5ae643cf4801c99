using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Sluice.Buffers;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Transport.Files;

namespace Sluice.Components.Exporters.HttpExporter.Signing;

/// <summary>
/// Signs requests as Standard Webhooks 1.0 describes it. The id of a request says which records it holds, and nothing else: it is the same in
/// every attempt, before and after a restart. The time is that of the attempt. Thread-safe.
/// </summary>
/// <param name="options">The secrets.</param>
/// <param name="context">What the runtime gives the exporter.</param>
internal sealed class WebhookSigner(HttpSigningOptions options, ComponentContext context) : IAsyncDisposable
{
    /// <summary>The headers that belong to signatures.</summary>
    public static IReadOnlyList<string> Headers { get; } = ["webhook-id", "webhook-timestamp", "webhook-signature"];

    private volatile SigningKeys? _keys;
    private WatchedFile? _file;

    /// <summary>Reads the secrets.</summary>
    /// <exception cref="ComponentStartException">They cannot be read or used.</exception>
    public void Start()
    {
        if (options.SecretsFile is not { } path)
        {
            _keys = SigningKeys.Create([.. options.Secrets.Select(secret => secret.Reveal())]);
            return;
        }

        var key = $"exporters::{context.Id}::signing::secrets_file";
        var contents = SecretFile.Read(key, path);
        try
        {
            Take(contents);
        }
        catch (FormatException e)
        {
            throw new ComponentStartException($"{key}: {path}: {e.Message}", e);
        }

        _file = new WatchedFile(path, contents, Take, context.Time, context.Logger);
    }

    /// <summary>Begins what is signed: writes the id and the time, each with a dot behind it. The body comes next.</summary>
    /// <param name="batch">The records of the request, all of one run.</param>
    /// <param name="output">Empty.</param>
    /// <returns>The id and the time.</returns>
    public (string Id, string Timestamp) Begin(DeliveryBatch batch, PooledBufferWriter output)
    {
        var id = IdOf(batch);
        var timestamp = context.Time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        Write(id, output);
        Write(timestamp, output);
        return (id, timestamp);
    }

    /// <summary>Adds the headers of a request.</summary>
    /// <param name="headers">Of the request.</param>
    /// <param name="message">What <see cref="Begin"/> returned.</param>
    /// <param name="signed">What it wrote, and the body.</param>
    public void AddTo(HttpRequestHeaders headers, (string Id, string Timestamp) message, ReadOnlySpan<byte> signed)
    {
        var keys = _keys ?? throw new InvalidOperationException("The exporter is not started.");
        headers.TryAddWithoutValidation(Headers[0], message.Id);
        headers.TryAddWithoutValidation(Headers[1], message.Timestamp);
        headers.TryAddWithoutValidation(Headers[2], keys.Sign(signed));
    }

    /// <summary>
    /// The id of a request: that of its record, or that of the first of its records with their number. Other records are never numbered with
    /// the ids between, so different requests have different ids.
    /// </summary>
    public static string IdOf(DeliveryBatch batch)
    {
        if (batch.Segments is not [var run])
        {
            throw new InvalidOperationException($"A signed request holds one run of records, not {batch.Segments.Count}.");
        }

        return run.Count == 1 ? run.FirstRecord.ToString() : string.Create(CultureInfo.InvariantCulture, $"{run.FirstRecord}-{run.Count}");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _file?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void Take(string contents) => _keys = SigningKeys.CreateFromLines(contents);

    private static void Write(string text, PooledBufferWriter output)
    {
        output.Advance(Encoding.UTF8.GetBytes(text, output.GetSpan(text.Length)));
        output.WriteByte((byte)'.');
    }
}
