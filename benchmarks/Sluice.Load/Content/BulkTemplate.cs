using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Sluice.Load.Ids;

namespace Sluice.Load.Content;

/// <summary>
/// A bulk request of Elasticsearch as a shipper sends it: documents of about 450 bytes in the Elastic Common Schema, encoded once. Marker, time, trace and
/// span id of each are written over it before it is sent.
/// </summary>
public sealed class BulkTemplate : ILoadTemplate
{
    private const string Time = "2026-01-01T00:00:00.0000000Z";
    private const string TraceId = "fb01fb02fb03fb04fb05fb06fb07fb08";
    private const string SpanId = "fc01fc02fc03fc04";
    private const ulong NanosecondsPerTick = 100;
    private const ulong RecordNanoseconds = 1_300_017;

    private static readonly string[] Products = ["lamp", "kettle", "notebook", "bicycle", "headphones", "backpack", "umbrella", "keyboard"];
    private static readonly string[] Steps = ["reserved in stock", "paid by card", "packed for shipping", "declined by the issuer", "returned by the customer"];
    private static readonly string[] Routes = ["/api/orders", "/api/carts", "/api/products", "/api/payments", "/api/customers"];

    private readonly byte[] _body;
    private readonly int[] _markers;
    private readonly int[] _times;
    private readonly int[] _traceIds;
    private readonly int[] _spanIds;

    /// <summary>Encodes a request.</summary>
    /// <param name="records">Documents in it.</param>
    /// <param name="seed">What their contents follow from.</param>
    public BulkTemplate(int records, int seed)
    {
        var random = new Random(seed);
        _body = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, records).Select(_ => Document(random, seed))));
        Records = records;
        _markers = PlacesOf(Placeholder.Marker);
        _times = PlacesOf(Time);
        _traceIds = PlacesOf(TraceId);
        _spanIds = PlacesOf(SpanId);
    }

    /// <summary>Where it goes. Like Beats and Logstash it asks for statuses alone.</summary>
    public static string Path => "/logs-shop-load/_bulk?filter_path=errors,items.*.error,items.*.status";

    /// <inheritdoc/>
    public int Records { get; }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Headers => default;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Body => _body;

    /// <inheritdoc/>
    public void Fill(int run, long first, ulong time)
    {
        Span<byte> body = _body;
        Span<byte> id = stackalloc byte[2 * sizeof(ulong)];
        for (var i = 0; i < Records; i++)
        {
            var number = RecordMarker.ToId(run, first + i);
            RecordMarker.Write(body.Slice(_markers[i] + RecordMarker.Prefix.Length, RecordMarker.Digits), number);
            var moment = DateTime.UnixEpoch.AddTicks((long)((time + ((ulong)i * RecordNanoseconds)) / NanosecondsPerTick));
            Utf8Formatter.TryFormat(moment, body.Slice(_times[i], Time.Length), out _, new StandardFormat('O'));
            BinaryPrimitives.WriteUInt64BigEndian(id, ~number);
            BinaryPrimitives.WriteUInt64BigEndian(id[sizeof(ulong)..], number);
            Convert.TryToHexStringLower(id, body.Slice(_traceIds[i], TraceId.Length), out _);
            Convert.TryToHexStringLower(id[..sizeof(ulong)], body.Slice(_spanIds[i], SpanId.Length), out _);
        }
    }

    private static string Document(Random random, int seed)
    {
        var failed = random.Next(10) == 0;
        return string.Create(
            CultureInfo.InvariantCulture,
            $$$"""
            {"create":{}}
            {"@timestamp":"{{{Time}}}","log":{"level":"{{{(failed ? "warning" : "info")}}}"},"message":"Order {{{random.Next(10_000, 99_999)}}}: {{{Pick(random, Products)}}} {{{Pick(random, Steps)}}}","service":{"name":"checkout","version":"2.31.0"},"host":{"name":"node-{{{seed % 16:00}}}.shop.example"},"trace":{"id":"{{{TraceId}}}"},"span":{"id":"{{{SpanId}}}"},"http":{"request":{"method":"GET"},"response":{"status_code":{{{(failed ? 500 : 200)}}}}},"url":{"path":"{{{Pick(random, Routes)}}}"},"user":{"id":"u-{{{random.Next(10_000):0000}}}"},"load":{"id":"{{{Placeholder.Marker}}}"}}

            """).ReplaceLineEndings("\n");
    }

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];

    private int[] PlacesOf(string text)
    {
        var what = Encoding.ASCII.GetBytes(text);
        var found = new List<int>();
        for (var from = 0; _body.AsSpan(from).IndexOf(what) is >= 0 and var at; from += at + what.Length)
        {
            found.Add(from + at);
        }

        return found.Count == Records ? [.. found] : throw new InvalidOperationException($"{Records} documents have {text} {found.Count} times.");
    }
}
