using System.Net;
using System.Net.Http.Headers;
using Sluice.Load.Content;
using Sluice.Load.Ids;

namespace Sluice.Load.Receiving;

public sealed class RemoteWriteSinkTests : SinkTest
{
    private const string Version1 = "prometheus.WriteRequest";
    private const string Version2 = "io.prometheus.write.v2.Request";
    private const int Run = 3;
    private const ulong One = 0x3FF0_0000_0000_0000;

    [Fact]
    public async Task Samples_of_remote_write_1_are_counted_by_their_values_but_not_those_of_target_info()
    {
        var message = new ProtoWriter()
            .Message(1, new ProtoWriter().Message(1, Label("__name__", "up")).Message(2, Sample(RecordMarker.ToId(Run, 0))).Message(2, Sample(RecordMarker.ToId(Run, 1))))
            .Message(1, new ProtoWriter().Message(1, Label("__name__", "target_info")).Message(2, Sample(One)))
            .Message(1, new ProtoWriter().Message(1, Label("__name__", "up")).Message(2, Sample(RecordMarker.ToId(Run, 1))));

        var answer = await PostAsync(message, Version1);

        Assert.DoesNotContain(answer, header => header.Key.StartsWith("X-Prometheus", StringComparison.Ordinal));
        Assert.Equal((2, 1), (Sink.Records.Distinct, Sink.Records.Doubled));
        Assert.Equal([Run], Sink.Records.Runs.Select(run => run.Run));
    }

    /// <summary>A sender that is not told how much was written goes on with 1.0, and a scenario would measure that.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Samples_of_remote_write_2_are_counted_and_their_sender_is_told_how_many(bool symbolsFirst)
    {
        var symbols = new ProtoWriter();
        foreach (var symbol in (string[])["", "__name__", "up", "target_info", "job"])
        {
            symbols.Text(4, symbol);
        }

        // A label whose name is the symbol of target_info is none whose value it is.
        var series = new ProtoWriter()
            .Message(5, new ProtoWriter().Bytes(1, [1, 2, 3, 4]).Message(2, Sample(RecordMarker.ToId(Run, 0))))
            .Message(5, new ProtoWriter().Bytes(1, [1, 3]).Message(2, Sample(One)))
            .Message(5, new ProtoWriter().Bytes(1, [1, 2]).Message(2, Sample(RecordMarker.ToId(Run, 1))));

        var answer = await PostAsync(symbolsFirst ? symbols.Join(series) : series.Join(symbols), Version2);

        Assert.Equal(["3"], answer.GetValues("X-Prometheus-Remote-Write-Samples-Written"));
        Assert.Equal((2, 0), (Sink.Records.Distinct, Sink.Records.Doubled));
        Assert.Equal([Run], Sink.Records.Runs.Select(run => run.Run));
    }

    private static ProtoWriter Label(string name, string value) => new ProtoWriter().Text(1, name).Text(2, value);

    private static ProtoWriter Sample(ulong value) => new ProtoWriter().Fixed64(1, value).Varint(2, 1_700_000_000_000);

    private async Task<HttpResponseHeaders> PostAsync(ProtoWriter message, string proto)
    {
        using var content = new ByteArrayContent(Literal(message.ToArray()));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse($"application/x-protobuf;proto={proto}");
        using var response = await Client.PostAsync(new Uri(Sink.Http + "/api/v1/write"), content, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response.Headers;
    }

    /// <summary>Snappy that compresses nothing: the length as a varint, here of two bytes, and one literal whose length takes two bytes.</summary>
    private static byte[] Literal(byte[] bytes)
    {
        Assert.InRange(bytes.Length, 1, (1 << 14) - 1);
        var last = bytes.Length - 1;
        return [(byte)(bytes.Length | 0x80), (byte)(bytes.Length >> 7), 61 << 2, (byte)last, (byte)(last >> 8), .. bytes];
    }
}
