using System.Text;
using System.Text.Json;
using Sluice.Components.Exporters.HttpExporter;
using Sluice.Telemetry;
using Sluice.Testing;

namespace Sluice.Components.Tests.Exporters.HttpExporter;

public sealed class HttpExporterBodyTests
{
    private const string Folder = "tests/Sluice.Components.Tests/Exporters/HttpExporter/Golden";

    public static MatrixTheoryData<HttpFormat, Signal> Forms => new(Enum.GetValues<HttpFormat>(), Enum.GetValues<Signal>());

    /// <summary>The whole request, signature included, since ids, time and secret stand still here.</summary>
    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_request_is_written_as_checked_in(HttpFormat format, Signal signal)
    {
        await using var test = await HttpExporterUnderTest.StartAsync(
            new() { Format = format, Method = HttpExportMethod.Put, Signing = HttpExporterUnderTest.Signing(HttpExporterUnderTest.Secret) }, "/in?key=1");
        var segment = test.Fixture.Segment(signal, DebugSamples.Request(signal));

        await test.DeliverAsync(IsSingle(format) ? segment.Slice(0, 1) : segment);

        var request = Assert.Single(test.Sink.Requests);
        var text = new StringBuilder($"{request.Method} {request.Target}\n");
        foreach (var (name, value) in request.Headers.Where(header => header.Key is not ("host" or "user-agent")).OrderBy(header => header.Key, StringComparer.Ordinal))
        {
            text.Append($"{name}: {value}\n");
        }

        GoldenFile.CheckCase(Folder, $"{format}-{signal}".ToLowerInvariant(), text.Append('\n').Append(request.Text).ToString());
    }

    [Theory]
    [InlineData(Signal.Logs)]
    [InlineData(Signal.Traces)]
    [InlineData(Signal.Metrics)]
    public async Task Many_records_are_the_same_in_lines_in_an_array_and_alone(Signal signal)
    {
        var lines = await DocumentsAsync(HttpFormat.JsonLines, signal);
        var array = await DocumentsAsync(HttpFormat.JsonArray, signal);
        var alone = await DocumentsAsync(HttpFormat.Json, signal);
        var webhooks = await DocumentsAsync(HttpFormat.Webhook, signal);

        Assert.Equal(6, lines.Count);
        Assert.Equal(lines, array);
        Assert.Equal(lines, alone);
        Assert.Equal(lines, webhooks);
    }

    [Theory]
    [InlineData(Signal.Logs)]
    [InlineData(Signal.Traces)]
    [InlineData(Signal.Metrics)]
    public async Task CloudEvents_are_the_same_alone_and_in_a_batch(Signal signal)
    {
        var alone = await DocumentsAsync(HttpFormat.CloudEvents, signal);

        Assert.Equal(6, alone.Count);
        Assert.Equal(await DocumentsAsync(HttpFormat.CloudEventsBatch, signal), alone);
    }

    [Fact]
    public async Task The_type_of_a_webhook_is_the_name_of_the_event_or_else_the_signal()
    {
        await using var test = await HttpExporterUnderTest.StartAsync(new() { Format = HttpFormat.Webhook });
        foreach (var signal in Enum.GetValues<Signal>())
        {
            var segment = test.Fixture.Segment(signal, DebugSamples.Request(signal));
            for (var i = 0; i < Math.Min(2, segment.Count); i++)
            {
                await test.DeliverAsync(segment.Slice(i, 1));
            }
        }

        var types = test.Sink.Requests.Select(request => Json(request.Text)).Select(json => json.GetProperty("type").GetString()!).ToArray();
        Assert.Equal(test.Sink.Requests.Select(request => Expected(Json(request.Text).GetProperty("data"))), types);
        Assert.Contains("log", types);
        Assert.Contains("span", types);
        Assert.Contains("metric", types);
        Assert.Contains(types, type => type is not ("log" or "span" or "metric"));

        static string Expected(JsonElement data) =>
            data.GetProperty("signal").GetString() is "event" ? data.GetProperty("name").GetString()! : data.GetProperty("signal").GetString()!;
    }

    /// <summary>Two runs of different entries, each three records, as the documents that the requests hold.</summary>
    private static async Task<List<string>> DocumentsAsync(HttpFormat format, Signal signal)
    {
        await using var test = await HttpExporterUnderTest.StartAsync(new() { Format = format });
        var generator = new Testing.Otlp.OtlpGenerator(77);
        var segments = Enumerable.Range(0, 40).Select(_ => test.Fixture.Segment(signal, generator.Request(signal))).Where(segment => segment.Count >= 3)
            .Take(2).Select(segment => segment.Slice(segment.Count - 3, 3)).ToArray();
        if (IsSingle(format))
        {
            foreach (var segment in segments)
            {
                for (var i = 0; i < segment.Count; i++)
                {
                    await test.DeliverAsync(segment.Slice(i, 1));
                }
            }

            return [.. test.Sink.Requests.Select(request => Json(request.Text)).Select(json => (format == HttpFormat.Webhook ? json.GetProperty("data") : json).GetRawText())];
        }

        await test.DeliverAsync(segments);
        var body = Assert.Single(test.Sink.Requests).Text;
        return format == HttpFormat.JsonLines
            ? [.. body.Split('\n', StringSplitOptions.RemoveEmptyEntries)]
            : [.. Json(body).EnumerateArray().Select(element => element.GetRawText())];
    }

    private static bool IsSingle(HttpFormat format) => format is not (HttpFormat.JsonLines or HttpFormat.JsonArray or HttpFormat.OtlpJson or HttpFormat.CloudEventsBatch);

    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
