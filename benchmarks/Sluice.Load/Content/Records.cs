using System.Globalization;

namespace Sluice.Load.Content;

/// <summary>Records as an instrumented web shop makes them, 250 to 350 bytes each, with placeholders for what is unique.</summary>
internal static class Records
{
    /// <summary>Spans of one trace, each the child of the one before.</summary>
    public const int SpansPerTrace = 4;

    private const string MarkerKey = "load.id";
    private static readonly string[] Products = ["lamp", "kettle", "notebook", "bicycle", "headphones", "backpack", "umbrella", "keyboard"];
    private static readonly string[] Steps = ["reserved in stock", "paid by card", "packed for shipping", "declined by the issuer", "returned by the customer"];
    private static readonly string[] Routes = ["/api/orders", "/api/carts", "/api/products", "/api/payments", "/api/customers"];
    private static readonly string[] Methods = ["GET", "POST", "PUT", "DELETE"];

    /// <summary>An export request of one resource and scope.</summary>
    public static byte[] Request(LoadSignal signal, int records, int seed)
    {
        var random = new Random(seed);
        var scope = new ProtoWriter().Message(1, new ProtoWriter().Text(1, "Shop.Checkout").Text(2, "1.4.2"));
        for (var i = 0; i < records; i++)
        {
            scope.Message(2, signal switch
            {
                LoadSignal.Logs => LogRecord(random),
                LoadSignal.Traces => SpanRecord(random, isRoot: i % SpansPerTrace == 0),
                _ => MetricRecord(random),
            });
        }

        return new ProtoWriter().Message(1, new ProtoWriter().Message(1, Resource(seed)).Message(2, scope)).ToArray();
    }

    private static ProtoWriter Resource(int seed) => new ProtoWriter()
        .Attribute(1, "service.name", "checkout")
        .Attribute(1, "service.version", "2.31.0")
        .Attribute(1, "service.instance.id", Invariant($"checkout-{seed:0000}"))
        .Attribute(1, "host.name", Invariant($"node-{seed % 16:00}.shop.example"))
        .Attribute(1, "telemetry.sdk.language", "dotnet")
        .Attribute(1, "telemetry.sdk.name", "opentelemetry");

    private static ProtoWriter LogRecord(Random random)
    {
        var failed = random.Next(10) == 0;
        return new ProtoWriter()
            .Fixed64(1, Placeholder.Start)
            .Varint(2, failed ? 13 : 9)
            .Text(3, failed ? "Warning" : "Information")
            .Message(5, new ProtoWriter().Text(1, Invariant($"Order {random.Next(10_000, 99_999)}: {Pick(random, Products)} {Pick(random, Steps)}")))
            .Attribute(6, "http.request.method", Pick(random, Methods))
            .Attribute(6, "url.path", Pick(random, Routes))
            .Attribute(6, "http.response.status_code", failed ? 500 : 200)
            .Attribute(6, "user.id", Invariant($"u-{random.Next(10_000):0000}"))
            .Attribute(6, MarkerKey, Placeholder.Marker)
            .Fixed32(8, 1)
            .Bytes(9, Placeholder.TraceId)
            .Bytes(10, Placeholder.SpanId)
            .Fixed64(11, Placeholder.End);
    }

    private static ProtoWriter SpanRecord(Random random, bool isRoot)
    {
        var method = Pick(random, Methods);
        var route = Pick(random, Routes);
        var failed = random.Next(10) == 0;
        var span = new ProtoWriter().Bytes(1, Placeholder.TraceId).Bytes(2, Placeholder.SpanId);
        if (!isRoot)
        {
            span.Bytes(4, Placeholder.ParentId);
        }

        span.Text(5, $"{method} {route}")
            .Varint(6, isRoot ? 2 : 3)
            .Fixed64(7, Placeholder.Start)
            .Fixed64(8, Placeholder.End)
            .Attribute(9, "http.request.method", method)
            .Attribute(9, "http.route", route)
            .Attribute(9, "http.response.status_code", failed ? 500 : 200)
            .Attribute(9, "server.address", "shop.example")
            .Attribute(9, "order.number", random.Next(10_000, 99_999))
            .Attribute(9, MarkerKey, Placeholder.Marker);
        if (failed)
        {
            span.Message(15, new ProtoWriter().Text(2, Pick(random, Steps)).Varint(3, 2));
        }

        return span.Fixed32(16, 0x101);
    }

    private static ProtoWriter MetricRecord(Random random)
    {
        var isSum = random.Next(2) == 0;
        var point = new ProtoWriter()
            .Fixed64(2, Placeholder.Start)
            .Fixed64(3, Placeholder.End)
            .Attribute(7, "http.request.method", Pick(random, Methods))
            .Attribute(7, "http.route", Pick(random, Routes))
            .Attribute(7, "http.response.status_code", 200)
            .Attribute(7, MarkerKey, Placeholder.Marker);
        var metric = new ProtoWriter().Text(2, "How much of it there was at the time of reading.");
        if (isSum)
        {
            point.Fixed64(6, (ulong)random.Next());
            return metric.Text(1, "shop.orders." + Pick(random, Products)).Text(3, "{order}")
                .Message(7, new ProtoWriter().Message(1, point).Varint(2, 2).Varint(3, 1));
        }

        point.Double(4, random.NextDouble() * 100);
        return metric.Text(1, "shop.stock." + Pick(random, Products)).Text(3, "{item}").Message(5, new ProtoWriter().Message(1, point));
    }

    private static string Pick(Random random, string[] values) => values[random.Next(values.Length)];

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
