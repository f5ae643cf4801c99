using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Sluice.Load.Receiving;

/// <summary>
/// As much of Elasticsearch's API as an exporter needs to deliver: every document is taken, and none is ever found. Answers have the shape and the length
/// of the real ones, with the same id in every item; they are made once for each number of items.
/// </summary>
internal sealed class BulkApi
{
    private const string LongItem =
        """{"create":{"_index":".ds-logs-shop-default-2026.01.01-000001","_id":"AAAAAAAAAAAAAAAAAAAA","_version":1,"result":"created","_shards":{"total":2,"successful":2,"failed":0},"_seq_no":1000000,"_primary_term":1,"status":201}}""";

    private const string Root =
        """{"name":"sink","cluster_name":"sink","cluster_uuid":"sluice-load-sink-00000","version":{"number":"8.19.8","build_flavor":"default","build_type":"docker","build_hash":"0000000000000000000000000000000000000000","build_date":"2026-01-01T00:00:00.000000Z","build_snapshot":false,"lucene_version":"9.12.2","minimum_wire_compatibility_version":"7.17.0","minimum_index_compatibility_version":"7.0.0"},"tagline":"You Know, for Search"}""";

    private const string NothingFound =
        """{"took":0,"timed_out":false,"_shards":{"total":1,"successful":1,"skipped":0,"failed":0},"hits":{"total":{"value":0,"relation":"eq"},"max_score":null,"hits":[]}}""";

    private readonly Lock _gate = new();
    private volatile (int Items, byte[] Long, byte[] Short)[] _answers = [];

    /// <summary>Whether a path is that of bulk requests.</summary>
    public static bool IsBulk(string path) => path.EndsWith("/_bulk", StringComparison.Ordinal);

    /// <summary>Counts the documents of a body, each of which has a line before it.</summary>
    /// <exception cref="InvalidDataException">It does not end with a line, or an action has no document.</exception>
    public static int Documents(ReadOnlySpan<byte> body)
    {
        var lines = body.Count((byte)'\n');
        return body.Length > 0 && body[^1] == '\n' && lines % 2 == 0
            ? lines / 2
            : throw new InvalidDataException($"A bulk request of {body.Length} bytes has {lines} lines: every action is one, every document is one, and the last ends with a newline.");
    }

    /// <summary>Answers to a bulk request that was taken: in full, with nothing but statuses, or without items, as <c>filter_path</c> asks.</summary>
    public Task AnswerAsync(HttpContext context, int documents)
    {
        var answers = Find(documents);
        var paths = context.Request.QueryString.Value ?? "";
        return !paths.Contains("filter_path", StringComparison.Ordinal) ? WriteAsync(context, answers.Long)
            : paths.Contains("status", StringComparison.Ordinal) ? WriteAsync(context, answers.Short)
            : WriteAsync(context, """{"errors":false,"took":1}"""u8.ToArray());
    }

    /// <summary>Answers to what an exporter asks before and between bulk requests.</summary>
    /// <returns>Null for a call that is not one of these.</returns>
    public static Task? Answer(HttpContext context, string path)
    {
        if (path == "/" && (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)))
        {
            return WriteAsync(context, Encoding.UTF8.GetBytes(Root));
        }

        if (path.EndsWith("/_refresh", StringComparison.Ordinal))
        {
            return WriteAsync(context, """{"_shards":{"total":2,"successful":1,"failed":0}}"""u8.ToArray());
        }

        if (path.EndsWith("/_search", StringComparison.Ordinal))
        {
            return WriteAsync(context, Encoding.UTF8.GetBytes(NothingFound));
        }

        if (path.StartsWith("/_data_stream/", StringComparison.Ordinal))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return WriteAsync(context, """{"error":{"type":"index_not_found_exception","reason":"no such index"},"status":404}"""u8.ToArray());
        }

        return null;
    }

    private static async Task WriteAsync(HttpContext context, byte[] body)
    {
        context.Response.Headers["X-elastic-product"] = "Elasticsearch";
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private (int Items, byte[] Long, byte[] Short) Find(int items)
    {
        foreach (var answer in _answers)
        {
            if (answer.Items == items)
            {
                return answer;
            }
        }

        lock (_gate)
        {
            var made = (items, Make(LongItem, items), Make("""{"create":{"status":201}}""", items));

            // Requests come in few sizes; should they not, the oldest answers are made again.
            _answers = [made, .. _answers.Take(1000)];
            return made;
        }
    }

    private static byte[] Make(string item, int items) => Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $$"""{"errors":false,"took":1,"items":[{{string.Join(',', Enumerable.Repeat(item, items))}}]}"""));
}
