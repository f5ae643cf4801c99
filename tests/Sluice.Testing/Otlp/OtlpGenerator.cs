using System.Text;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Resource.V1;
using Sluice.Telemetry;
using AnyValue = OpenTelemetry.Proto.Common.V1.AnyValue;

namespace Sluice.Testing.Otlp;

/// <summary>
/// Makes valid export requests with every field of the model: every kind of value, metrics of all five kinds with exemplars, empty
/// things, big things, text of all planes, numbers at their limits. The same seed makes the same requests.
/// </summary>
public sealed partial class OtlpGenerator
{
    private static readonly string[] Alphabets =
    [
        "abcdefghijklmnopqrstuvwxyz0123456789._-/ ",
        "ABC {}[]\"'\\<>&\u0001\u0009\u000A\u007F",
        "äöüßéñçøłžğ",
        "日本語中文한국어",
        "😀🚀🧪𝛼𐍈",
        "a\u0000b\u2028\uFEFF\uFFFD",
    ];

    private static readonly string[] Keys =
    [
        "http.method", "http.status_code", "url.path", "user.id", "exception.message", "k8s.pod.name", "x", "",
    ];

    private static readonly long[] Integers = [0, 1, -1, 127, 128, 300, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue];

    private static readonly double[] Doubles =
    [
        0, -0.0, 1, -1, 0.1, 1e21, 1e-7, Math.PI, double.MaxValue, double.Epsilon, double.NaN, double.PositiveInfinity, double.NegativeInfinity,
    ];

    private readonly Random _random;
    private readonly OtlpGeneratorOptions _options;

    /// <summary>Makes a generator whose output is determined by the arguments.</summary>
    public OtlpGenerator(int seed, OtlpGeneratorOptions? options = null)
    {
        _random = new Random(seed);
        _options = options ?? new OtlpGeneratorOptions();
    }

    /// <summary>Makes the request message of a signal.</summary>
    public IMessage Request(Signal signal) => signal switch
    {
        Signal.Logs => Logs(),
        Signal.Traces => Traces(),
        _ => Metrics(),
    };

    /// <summary>Parses an encoded request of a signal with Google.Protobuf.</summary>
    public static IMessage Parse(Signal signal, ReadOnlySpan<byte> request) => signal switch
    {
        Signal.Logs => ExportLogsServiceRequest.Parser.ParseFrom(request),
        Signal.Traces => ExportTraceServiceRequest.Parser.ParseFrom(request),
        _ => ExportMetricsServiceRequest.Parser.ParseFrom(request),
    };

    /// <summary>Makes a value of any kind, with lists nested up to <paramref name="depth"/>.</summary>
    public AnyValue Value(int depth)
    {
        var value = new AnyValue();
        switch (_random.Next(depth > 0 ? 9 : 7))
        {
            case 0 or 1:
                value.StringValue = Text();
                break;
            case 2:
                value.BoolValue = Flip();
                break;
            case 3:
                value.IntValue = Integer();
                break;
            case 4:
                value.DoubleValue = Double();
                break;
            case 5:
                value.BytesValue = Bytes(_random.Next(20));
                break;
            case 6:
                break;
            case 7:
                value.ArrayValue = new ArrayValue();
                Fill(value.ArrayValue.Values, _options.Children, () => Value(depth - 1));
                break;
            default:
                value.KvlistValue = new KeyValueList();
                Fill(value.KvlistValue.Values, _options.Children, () => KeyValue(depth - 1));
                break;
        }

        return Odd(value);
    }

    /// <summary>Makes an attribute.</summary>
    public KeyValue KeyValue(int depth)
    {
        var attribute = new KeyValue { Key = Flip() ? Pick(Keys) : Text() };
        if (_random.Next(8) > 0)
        {
            attribute.Value = Value(depth);
        }

        return Odd(attribute);
    }

    private Resource? Resource()
    {
        if (_random.Next(6) == 0)
        {
            return null;
        }

        var resource = new Resource { DroppedAttributesCount = Count32() };
        Attributes(resource.Attributes);
        if (_random.Next(4) > 0)
        {
            resource.Attributes.Insert(
                _random.Next(resource.Attributes.Count + 1),
                new KeyValue { Key = "service.name", Value = _random.Next(8) == 0 ? Value(1) : new AnyValue { StringValue = Text() } });
        }

        Fill(resource.EntityRefs, 2, () =>
        {
            var entity = new EntityRef { SchemaUrl = Text(), Type = Text() };
            Fill(entity.IdKeys, 2, Text);
            Fill(entity.DescriptionKeys, 2, Text);
            return Odd(entity);
        });
        return Odd(resource);
    }

    private InstrumentationScope? Scope()
    {
        if (_random.Next(6) == 0)
        {
            return null;
        }

        var scope = new InstrumentationScope { Name = Text(), Version = Text(), DroppedAttributesCount = Count32() };
        Attributes(scope.Attributes);
        return Odd(scope);
    }

    private void Attributes(ICollection<KeyValue> target) => Fill(target, _options.Attributes, () => KeyValue(_options.Depth));

    private void Fill<T>(ICollection<T> target, int most, Func<T> make)
    {
        for (var left = _random.Next(most + 1); left > 0; left--)
        {
            target.Add(make());
        }
    }

    private string Text()
    {
        var length = _random.Next(_options.TextLength + 1) * (_random.Next(50) == 0 ? 10 : 1);
        var text = new StringBuilder();
        var alphabet = Flip() ? Alphabets[0] : Pick(Alphabets);
        var runes = alphabet.EnumerateRunes().ToArray();
        while (text.Length < length)
        {
            text.Append(Pick(runes).ToString());
        }

        return text.ToString();
    }

    private ByteString Bytes(int length)
    {
        var bytes = new byte[length];
        _random.NextBytes(bytes);
        return ByteString.CopyFrom(bytes);
    }

    /// <summary>An id that is absent, all zero or random.</summary>
    private ByteString Id(int size) => _random.Next(8) switch
    {
        0 => ByteString.Empty,
        1 => ByteString.CopyFrom(new byte[size]),
        _ => Bytes(size),
    };

    private ulong Time() => _random.Next(6) switch
    {
        0 => 0,
        1 => ulong.MaxValue,
        _ => 1_700_000_000_000_000_000UL + (ulong)_random.NextInt64(1_000_000_000_000_000),
    };

    private uint Count32() => _random.Next(4) == 0 ? (uint)_random.NextInt64(1L << 32) : 0;

    private long Integer() => Flip() ? Pick(Integers) : _random.NextInt64();

    private double Double() => Flip() ? Pick(Doubles) : (_random.NextDouble() - 0.5) * 1e6;

    private bool Flip() => _random.Next(2) == 0;

    private T Pick<T>(T[] from) => from[_random.Next(from.Length)];

    /// <summary>Adds unknown fields now and then, where the options say so.</summary>
    private T Odd<T>(T message)
        where T : IMessage
    {
        if (_options.UnknownFields && _random.Next(8) == 0)
        {
            message.MergeFrom(UnknownFields());
        }

        return message;
    }

    private byte[] UnknownFields()
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true))
        {
            output.WriteTag(_random.Next(100, 20000), WireFormat.WireType.LengthDelimited);
            output.WriteBytes(Bytes(_random.Next(12)));
            output.WriteTag(1000, WireFormat.WireType.Varint);
            output.WriteInt64(Integer());
            output.WriteTag(1001, WireFormat.WireType.StartGroup);
            output.WriteTag(1, WireFormat.WireType.Fixed64);
            output.WriteFixed64(Time());
            output.WriteTag(2, WireFormat.WireType.StartGroup);
            output.WriteTag(2, WireFormat.WireType.EndGroup);
            output.WriteTag(1001, WireFormat.WireType.EndGroup);
            output.WriteTag((1 << 29) - 1, WireFormat.WireType.Fixed32);
            output.WriteFixed32(7);
        }

        return bytes.ToArray();
    }
}
