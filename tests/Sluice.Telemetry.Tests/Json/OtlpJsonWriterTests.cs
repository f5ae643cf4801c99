using System.Collections;
using Google.Protobuf;
using Sluice.Buffers;
using Sluice.Telemetry.Otlp.Json;
using Sluice.Telemetry.Tests.Otlp;
using Sluice.Testing.Otlp;

namespace Sluice.Telemetry.Tests.Json;

public sealed class OtlpJsonWriterTests : IDisposable
{
    private readonly Indexing _indexing = new();

    public static TheoryData<Signal> Signals => Transcoding.Signals;

    public void Dispose() => _indexing.Dispose();

    [Theory]
    [MemberData(nameof(Signals))]
    public void Any_range_of_a_batch_is_written_with_its_surroundings(Signal signal)
    {
        var random = new Random(5);
        for (var seed = 0; seed < 100; seed++)
        {
            using var batch = _indexing.Accept(signal, new OtlpGenerator(seed).Request(signal));
            var start = random.Next(batch.Count + 1);
            var count = random.Next(batch.Count - start + 1);

            var expected = OtlpGenerator.Parse(signal, batch.Payload);
            Keep(expected, start, count);
            Assert.Equal(expected, ProtoJsonOracle.Parse(signal, Write(batch, start, count)));
        }
    }

    [Fact]
    public void Fields_in_any_order_in_pieces_and_repeated_are_written_once()
    {
        // LogRecord: two attributes around another field, severity text twice, flags of another wire type than defined.
        byte[] record =
        [
            0x32, 0x03, 0x0A, 0x01, (byte)'a', 0x1A, 0x01, (byte)'x', 0x10, 0x09, 0x32, 0x03, 0x0A, 0x01, (byte)'b', 0x1A, 0x01, (byte)'y', 0x40, 0x05,
        ];
        byte[] request = Nest(Nest(Nest(record, 2), 2), 1);
        using var output = new PooledBufferWriter(_indexing.Pool.Buffers, "OTLP-JSON test");
        OtlpJsonWriter.WriteRequest(Signal.Logs, request, output);

        Assert.Equal(
            """{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"attributes":[{"key":"a"},{"key":"b"}],"severityNumber":9,"severityText":"y"}]}]}]}""",
            System.Text.Encoding.UTF8.GetString(output.WrittenSpan));

        static byte[] Nest(byte[] message, int field) => [(byte)((field << 3) | 2), (byte)message.Length, .. message];
    }

    [Fact]
    public void Lists_of_numbers_are_read_packed_and_unpacked_and_in_pieces()
    {
        byte[] buckets = [0x10, 0x01, 0x12, 0x02, 0x02, 0x03, 0x08, 0x03, 0x10, 0x04];
        byte[] request = buckets;
        foreach (var field in (int[])[8, 1, 10, 2, 2, 1])
        {
            request = [(byte)((field << 3) | 2), (byte)request.Length, .. request];
        }

        using var output = new PooledBufferWriter(_indexing.Pool.Buffers, "OTLP-JSON test");
        OtlpJsonWriter.WriteRequest(Signal.Metrics, request, output);

        Assert.Contains("\"positive\":{\"bucketCounts\":[\"1\",\"2\",\"3\",\"4\"],\"offset\":-2}", System.Text.Encoding.UTF8.GetString(output.WrittenSpan), StringComparison.Ordinal);
    }

    private byte[] Write(EnvelopeBatch batch, int start, int count)
    {
        using var output = new PooledBufferWriter(_indexing.Pool.Buffers, "OTLP-JSON test");
        OtlpJsonWriter.Write(batch, start, count, output);
        Assert.Equal(-1, output.WrittenSpan.IndexOf((byte)'\n'));
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Takes all but some records out of a request, and what holds none then.</summary>
    private static void Keep(IMessage request, int start, int count)
    {
        var seen = 0;
        var resources = Children(request, 1);
        foreach (var resource in resources.Cast<IMessage>().ToList())
        {
            var scopes = Children(resource, 2);
            foreach (var scope in scopes.Cast<IMessage>().ToList())
            {
                var records = Children(scope, 2);
                foreach (var record in records.Cast<IMessage>().ToList())
                {
                    if (seen < start || seen >= start + count)
                    {
                        RemoveSame(records, record);
                    }

                    seen++;
                }

                if (records.Count == 0)
                {
                    RemoveSame(scopes, scope);
                }
            }

            if (scopes.Count == 0)
            {
                RemoveSame(resources, resource);
            }
        }
    }

    private static IList Children(IMessage message, int field) => (IList)message.Descriptor.FindFieldByNumber(field).Accessor.GetValue(message);

    private static void RemoveSame(IList list, object item)
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (ReferenceEquals(list[i], item))
            {
                list.RemoveAt(i);
                return;
            }
        }
    }
}
