using Sluice.Buffers;
using Sluice.Components.Receivers.ElasticsearchReceiver.Bulk;
using Sluice.Components.Receivers.ElasticsearchReceiver.Documents;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;
using Sluice.Transport.Bodies;

namespace Sluice.Components.Receivers.ElasticsearchReceiver;

/// <summary>What is done with a body once it is in memory: its documents become records, which are durable before it is answered.</summary>
/// <param name="context">What the runtime gives the receiver.</param>
/// <param name="intake">Where records go.</param>
/// <param name="maxBodySize">Bytes that a body may have.</param>
/// <param name="ids">The ids that clients created; null where they are not remembered.</param>
internal sealed class ElasticsearchIngest(ComponentContext context, IIntake intake, int maxBodySize, DocumentIds? ids)
{
    /// <summary>Bytes of records and answers for each byte that a body may have: small documents get long answers.</summary>
    private const int LargestGrowth = 16;

    private readonly int _maxLength = (int)Math.Min((long)maxBodySize * LargestGrowth, Array.MaxLength);

    /// <summary>Takes the documents of a bulk request.</summary>
    /// <param name="body">The whole body.</param>
    /// <param name="defaults">What its address says.</param>
    /// <param name="answer">Gets the answer of each item, which holds if the request is accepted.</param>
    /// <param name="lease">The account of the request.</param>
    /// <param name="origin">Where it came from.</param>
    public async ValueTask<ElasticsearchAnswer> TakeBulkAsync(
        ReadOnlyMemory<byte> body, BulkDefaults defaults, BulkAnswer answer, BudgetLease lease, RequestContext origin)
    {
        using var claims = Claims();
        var refusal = ReadBulk(body.Span, defaults, answer, claims, lease, out var batch);
        return await SubmitAsync(refusal, batch, origin, claims);
    }

    /// <summary>Takes one document.</summary>
    /// <param name="body">The document.</param>
    /// <param name="defaults">What its address says.</param>
    /// <param name="id">The client's id, UTF-8; empty for none.</param>
    /// <param name="isCreate">Whether there must be no document of that id.</param>
    /// <param name="lease">The account of the request.</param>
    /// <param name="origin">Where it came from.</param>
    public async ValueTask<ElasticsearchAnswer> TakeDocumentAsync(
        ReadOnlyMemory<byte> body, BulkDefaults defaults, byte[] id, bool isCreate, BudgetLease lease, RequestContext origin)
    {
        using var claims = isCreate && id.Length > 0 ? Claims() : null;
        var status = claims?.Claim(defaults.Index, id);
        if (status is ClaimStatus.Known or ClaimStatus.UnderWay)
        {
            return ElasticsearchAnswer.NotCreated(status.Value);
        }

        var refusal = ReadDocument(body.Span, defaults, id, lease, out var batch);
        return await SubmitAsync(refusal, batch, origin, claims);
    }

    private DocumentClaims? Claims() => ids is null ? null : new DocumentClaims(ids, context.Pool.Buffers);

    private async ValueTask<ElasticsearchAnswer> SubmitAsync(ElasticsearchAnswer? refusal, EnvelopeBatch? batch, RequestContext origin, DocumentClaims? claims)
    {
        if (refusal is { } refused)
        {
            return refused;
        }

        return batch is null ? ElasticsearchAnswer.Accepted : ElasticsearchAnswer.Of(await intake.SubmitAsync(batch, origin, claims?.Puts ?? default));
    }

    private ElasticsearchAnswer? ReadBulk(
        ReadOnlySpan<byte> body, BulkDefaults defaults, BulkAnswer answer, DocumentClaims? claims, BudgetLease lease, out EnvelopeBatch? batch)
    {
        batch = null;
        using var documents = new DocumentWriter(context.Pool.Buffers);
        var reader = new BulkReader(body, defaults, documents, answer, claims, lease, Now(), _maxLength);
        if (reader.Read() is { } refusal)
        {
            return refusal;
        }

        return documents.Count == 0 ? null : Index(documents, lease, out batch);
    }

    private ElasticsearchAnswer? ReadDocument(ReadOnlySpan<byte> body, BulkDefaults defaults, byte[] id, BudgetLease lease, out EnvelopeBatch? batch)
    {
        batch = null;
        using var documents = new DocumentWriter(context.Pool.Buffers);
        var place = new DocumentOrigin { Index = defaults.Index, Id = id, Pipeline = defaults.Pipeline, Routing = defaults.Routing };
        if (!documents.TryAppend(body, place, Now()))
        {
            return new ElasticsearchAnswer(ElasticsearchOutcome.BadData, "bad_data", "document_parsing_exception", DocumentWriter.DescribeFault(body));
        }

        return lease.TryExtend(documents.Capacity) ? Index(documents, lease, out batch) : ElasticsearchAnswer.OverBudget;
    }

    /// <summary>Indexes the records of documents.</summary>
    private ElasticsearchAnswer? Index(DocumentWriter documents, BudgetLease lease, out EnvelopeBatch? indexed)
    {
        indexed = null;
        var records = documents.Finish(out var length);
        var (status, batch, offset) = OtlpIndexer.Index(Signal.Logs, records, 0, length, context.Pool, IndexLimits.Default);
        if (batch is null)
        {
            records.Dispose();
            throw new InvalidOperationException($"The records of documents cannot be read back: {status} at byte {offset}.");
        }

        if (batch.Rejections.Records > 0)
        {
            var first = batch.Rejections;
            batch.Dispose();
            throw new InvalidOperationException($"Record {first.FirstIndex} of documents is refused by the indexer: {first.First}.");
        }

        // The bytes of the records are charged already; the tables of envelopes come on top.
        if (!lease.TryExtend(batch.MemorySize - records.Capacity))
        {
            batch.Dispose();
            return ElasticsearchAnswer.OverBudget;
        }

        indexed = batch;
        return null;
    }

    private ulong Now() => (ulong)UnixTime.ToNano(context.Time.GetUtcNow());
}
