using System.Text;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Resource.V1;
using Sluice.Buffers;
using Sluice.Telemetry.Otlp;
using Sluice.Testing;
using Sluice.Testing.Otlp;
using Value = OpenTelemetry.Proto.Common.V1.AnyValue;

namespace Sluice.Telemetry.Tests.Otlp;

public sealed class OtlpRequestBuilderTests : IDisposable
{
    private readonly BufferPool _buffers = new(new() { Tracking = true });
    private readonly PooledBufferWriter _output;
    private readonly OtlpRequestBuilder _builder;

    public OtlpRequestBuilderTests()
    {
        _output = new PooledBufferWriter(_buffers, "test");
        _builder = new OtlpRequestBuilder(_output);
    }

    public void Dispose()
    {
        _output.Dispose();
        _buffers.Dispose();
    }

    [Fact]
    public void Random_requests_are_built_as_google_protobuf_builds_them()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var request = Simplify((ExportLogsServiceRequest)new OtlpGenerator(seed).Request(Signal.Logs));
            _output.Clear();
            foreach (var resource in request.ResourceLogs)
            {
                _builder.BeginResource(Utf8(resource.SchemaUrl));
                Attributes(resource.Resource.Attributes);
                foreach (var scope in resource.ScopeLogs)
                {
                    _builder.BeginScope(Utf8(scope.Scope.Name), Utf8(scope.Scope.Version), Utf8(scope.SchemaUrl));
                    Attributes(scope.Scope.Attributes);
                    foreach (var record in scope.LogRecords)
                    {
                        Build(record);
                    }
                }
            }

            Assert.Equal(request.ResourceLogs.Sum(r => r.ScopeLogs.Sum(s => s.LogRecords.Count)), _builder.RecordCount);
            _builder.Finish();

            Assert.Equal(request, ExportLogsServiceRequest.Parser.ParseFrom(_output.WrittenSpan));
            Assert.Equal(request.CalculateSize(), _output.Length);
        }
    }

    [Fact]
    public void Text_of_either_encoding_is_the_same()
    {
        BeginRecord();
        _builder.Attribute("ключ"u8, "значение 😀"u8);
        _builder.Key("ключ");
        _builder.String(new string('ж', 200));
        _builder.EndRecord();
        _builder.Finish();

        var attributes = Parse().ResourceLogs[0].ScopeLogs[0].LogRecords[0].Attributes;
        Assert.Equal(["ключ", "ключ"], attributes.Select(a => a.Key));
        Assert.Equal(["значение 😀", new string('ж', 200)], attributes.Select(a => a.Value.StringValue));
    }

    [Fact]
    public void A_cancelled_record_leaves_no_trace()
    {
        BeginRecord();
        _builder.Time(1);
        _builder.EndRecord();
        _builder.BeginRecord();
        _builder.Key("a"u8);
        _builder.BeginArray();
        _builder.BeginKeyValueList();
        _builder.Key("b"u8);

        _builder.CancelRecord();
        _builder.BeginRecord();
        _builder.Time(2);
        _builder.EndRecord();
        _builder.Finish();

        Assert.Equal(
            [new LogRecord { TimeUnixNano = 1 }, new LogRecord { TimeUnixNano = 2 }],
            Parse().ResourceLogs[0].ScopeLogs[0].LogRecords);
    }

    [Fact]
    public void Calls_out_of_order_throw()
    {
        AssertThrows(b => b.BeginScope());
        AssertThrows(b => b.Key("a"u8));
        AssertThrows(b => b.Int(1));
        _builder.BeginResource();
        AssertThrows(b => b.BeginRecord());
        AssertThrows(b => b.Time(1));
        _builder.BeginScope();
        _builder.BeginRecord();
        AssertThrows(b => b.Finish());
        AssertThrows(b => b.EndArray());
        _builder.Body();
        AssertThrows(b => b.EndRecord());
        _builder.BeginArray();
        AssertThrows(b => b.Key("a"u8));
        AssertThrows(b => b.EndKeyValueList());
        _builder.EndArray();
        AssertThrows(b => b.Body());
        AssertThrows(b => b.Int(1));
        _builder.EndRecord();
        AssertThrows(b => b.EndRecord());
        AssertThrows(b => b.CancelRecord());
    }

    [Fact]
    public void Building_allocates_nothing_per_record()
    {
        Assert.Equal(0, Allocations.Least(Build));

        void Build()
        {
            _output.Clear();
            _builder.BeginResource();
            _builder.BeginScope();
            for (var i = 0; i < 1000; i++)
            {
                _builder.BeginRecord();
                _builder.Time(1);
                _builder.Severity(9);
                _builder.Body();
                _builder.BeginKeyValueList();
                _builder.Attribute("k"u8, "a text of chars");
                _builder.EndKeyValueList();
                _builder.Attribute("n"u8, 5L);
                _builder.TraceId(new TraceId(1, 2));
                _builder.EndRecord();
            }

            _builder.Finish();
        }
    }

    /// <summary>Leaves what the builder makes: no dropped counts, no entity references, no ids of zero length, a resource and scope always.</summary>
    private static ExportLogsServiceRequest Simplify(ExportLogsServiceRequest request)
    {
        foreach (var resource in request.ResourceLogs)
        {
            resource.Resource ??= new Resource();
            resource.Resource.DroppedAttributesCount = 0;
            resource.Resource.EntityRefs.Clear();
            FillValues(resource.Resource.Attributes);
            foreach (var scope in resource.ScopeLogs)
            {
                scope.Scope ??= new InstrumentationScope();
                scope.Scope.DroppedAttributesCount = 0;
                FillValues(scope.Scope.Attributes);
                foreach (var record in scope.LogRecords)
                {
                    record.DroppedAttributesCount = 0;
                    FillValues(record.Attributes);
                    if (record.Body is not null)
                    {
                        FillValues(record.Body);
                    }
                }
            }
        }

        return request;
    }

    private static void FillValues(IEnumerable<KeyValue> attributes)
    {
        foreach (var attribute in attributes)
        {
            FillValues(attribute.Value ??= new Value());
            attribute.Key = attribute.Key.Length == 0 ? "k" : attribute.Key;
        }
    }

    private static void FillValues(Value value)
    {
        FillValues(value.KvlistValue?.Values ?? []);
        foreach (var element in value.ArrayValue?.Values ?? [])
        {
            FillValues(element);
        }
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private void AssertThrows(Action<OtlpRequestBuilder> call)
    {
        var length = _output.Length;
        Assert.Throws<InvalidOperationException>(() => call(_builder));
        Assert.Equal(length, _output.Length);
    }

    private void BeginRecord()
    {
        _builder.BeginResource();
        _builder.BeginScope();
        _builder.BeginRecord();
    }

    private ExportLogsServiceRequest Parse() => ExportLogsServiceRequest.Parser.ParseFrom(_output.WrittenSpan);

    private void Build(LogRecord record)
    {
        _builder.BeginRecord();
        if (record.TimeUnixNano != 0)
        {
            _builder.Time(record.TimeUnixNano);
        }

        if (record.ObservedTimeUnixNano != 0)
        {
            _builder.ObservedTime(record.ObservedTimeUnixNano);
        }

        if (record.SeverityNumber != 0)
        {
            _builder.Severity((int)record.SeverityNumber);
        }

        if (record.SeverityText.Length > 0)
        {
            _builder.SeverityText(Utf8(record.SeverityText));
        }

        if (record.EventName.Length > 0)
        {
            _builder.EventName(Utf8(record.EventName));
        }

        if (!record.TraceId.IsEmpty)
        {
            _builder.TraceId(TraceId.Read(record.TraceId.Span));
        }

        if (!record.SpanId.IsEmpty)
        {
            _builder.SpanId(System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(record.SpanId.Span));
        }

        if (record.Flags != 0)
        {
            _builder.TraceFlags(record.Flags);
        }

        if (record.Body is not null)
        {
            _builder.Body();
            Build(record.Body);
        }

        Attributes(record.Attributes);
        _builder.EndRecord();
    }

    private void Attributes(IEnumerable<KeyValue> attributes)
    {
        foreach (var attribute in attributes)
        {
            _builder.Key(attribute.Key);
            Build(attribute.Value);
        }
    }

    private void Build(Value value)
    {
        switch (value.ValueCase)
        {
            case Value.ValueOneofCase.StringValue when value.StringValue.Length % 2 == 0:
                _builder.String(value.StringValue);
                break;
            case Value.ValueOneofCase.StringValue:
                _builder.String(Utf8(value.StringValue));
                break;
            case Value.ValueOneofCase.BoolValue:
                _builder.Bool(value.BoolValue);
                break;
            case Value.ValueOneofCase.IntValue:
                _builder.Int(value.IntValue);
                break;
            case Value.ValueOneofCase.DoubleValue:
                _builder.Double(value.DoubleValue);
                break;
            case Value.ValueOneofCase.BytesValue:
                _builder.Bytes(value.BytesValue.Span);
                break;
            case Value.ValueOneofCase.ArrayValue:
                _builder.BeginArray();
                foreach (var element in value.ArrayValue.Values)
                {
                    Build(element);
                }

                _builder.EndArray();
                break;
            case Value.ValueOneofCase.KvlistValue:
                _builder.BeginKeyValueList();
                Attributes(value.KvlistValue.Values);
                _builder.EndKeyValueList();
                break;
            default:
                _builder.Empty();
                break;
        }
    }
}
