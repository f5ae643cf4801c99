using Google.Protobuf;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Metrics.V1;
using Sluice.Buffers;
using Sluice.Telemetry.Editing;
using Sluice.Telemetry.Otlp;
using Sluice.Testing.Otlp;
using Value = OpenTelemetry.Proto.Common.V1.AnyValue;

namespace Sluice.Telemetry.Tests.Editing;

public sealed class AttributeEditorPropertyTests : IDisposable
{
    private const int Requests = 300;

    private static readonly string[] Keys = ["http.method", "user.id", "x", "new", "k8s.pod.name"];

    private readonly BufferPool _buffers = new(new() { Tracking = true });

    public void Dispose() => _buffers.Dispose();

    [Fact]
    public void Random_operations_on_records_equal_the_same_on_objects()
    {
        for (var seed = 0; seed < Requests; seed++)
        {
            var (operations, plain) = Operations(new Random(seed), seed);
            using var editor = new AttributeEditor(operations, _buffers);
            foreach (LogRecord record in Records(Signal.Logs, seed))
            {
                var actual = Edit(editor, record, (message, output) => editor.TryEdit(message, OtlpFields.LogRecord.Attributes, output));
                plain(record.Attributes);
                Assert.True(record.Equals(actual), $"Seed {seed}: {actual} is not {record}.");
            }
        }
    }

    [Fact]
    public void Random_operations_on_data_points_of_all_kinds_equal_the_same_on_objects()
    {
        for (var seed = 0; seed < Requests; seed++)
        {
            var (operations, plain) = Operations(new Random(seed), seed);
            using var editor = new AttributeEditor(operations, _buffers);
            foreach (Metric metric in Records(Signal.Metrics, seed))
            {
                var actual = Edit(editor, metric, (message, output) => editor.TryEditDataPoints(message, output));
                foreach (var attributes in PointAttributes(metric))
                {
                    plain(attributes);
                }

                Assert.True(metric.Equals(actual), $"Seed {seed}: {actual} is not {metric}.");
            }
        }
    }

    private static IEnumerable<IMessage> Records(Signal signal, int seed) =>
        new PrivateCopy(signal, new OtlpGenerator(seed, new OtlpGeneratorOptions { UnknownFields = true }).Request(signal).ToByteArray()).Records;

    private static IEnumerable<IList<KeyValue>> PointAttributes(Metric metric) => metric.DataCase switch
    {
        Metric.DataOneofCase.Gauge => metric.Gauge.DataPoints.Select(p => p.Attributes),
        Metric.DataOneofCase.Sum => metric.Sum.DataPoints.Select(p => p.Attributes),
        Metric.DataOneofCase.Histogram => metric.Histogram.DataPoints.Select(p => p.Attributes),
        Metric.DataOneofCase.ExponentialHistogram => metric.ExponentialHistogram.DataPoints.Select(p => p.Attributes),
        Metric.DataOneofCase.Summary => metric.Summary.DataPoints.Select(p => p.Attributes),
        _ => [],
    };

    private IMessage Edit(AttributeEditor editor, IMessage message, Func<byte[], PooledBufferWriter, bool> edit)
    {
        using var output = new PooledBufferWriter(_buffers, "test");
        var bytes = message.ToByteArray();
        var changed = edit(bytes, output);
        Assert.True(changed || output.Length == 0);
        editor.Dispose();
        return message.Descriptor.Parser.ParseFrom(changed ? output.WrittenSpan.ToArray() : bytes);
    }

    private static (AttributeOperation[] Operations, Action<IList<KeyValue>> Plain) Operations(Random random, int seed)
    {
        var generator = new OtlpGenerator(seed);
        var operations = new List<AttributeOperation>();
        Action<IList<KeyValue>> plain = static _ => { };
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            var key = Keys[random.Next(Keys.Length)];
            var action = (AttributeAction)random.Next(4);
            if (action == AttributeAction.Delete)
            {
                operations.Add(AttributeOperation.Delete(key));
                plain += attributes => Delete(attributes, key);
                continue;
            }

            var from = random.Next(2) == 0 ? Keys[random.Next(Keys.Length)] : null;
            var literal = generator.Value(2);
            var source = from is null ? AttributeSource.EncodedValue(literal.ToByteArray()) : AttributeSource.FromAttribute(from);
            operations.Add(action switch
            {
                AttributeAction.Insert => AttributeOperation.Insert(key, source),
                AttributeAction.Update => AttributeOperation.Update(key, source),
                _ => AttributeOperation.Upsert(key, source),
            });
            plain += attributes => Assign(attributes, action, key, from, literal);
        }

        return ([.. operations], plain);
    }

    private static void Delete(IList<KeyValue> attributes, string key)
    {
        for (var i = attributes.Count - 1; i >= 0; i--)
        {
            if (attributes[i].Key == key)
            {
                attributes.RemoveAt(i);
            }
        }
    }

    private static void Assign(IList<KeyValue> attributes, AttributeAction action, string key, string? from, Value literal)
    {
        var source = from is null ? literal : attributes.FirstOrDefault(a => a.Key == from) is { } found ? found.Value ?? new Value() : null;
        var present = attributes.Any(a => a.Key == key);
        if (source is null || action == (present ? AttributeAction.Insert : AttributeAction.Update))
        {
            return;
        }

        if (!present)
        {
            attributes.Add(new KeyValue { Key = key, Value = source.Clone() });
            return;
        }

        // An absent value and an empty one are the same bytes, so neither replaces the other.
        var value = source.Clone();
        foreach (var attribute in attributes.Where(a => a.Key == key && !(a.Value ?? new Value()).Equals(value)))
        {
            attribute.Value = value.Clone();
        }
    }
}
