using BenchmarkDotNet.Attributes;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;

namespace Sluice.Micro;

/// <summary>Time to find one of ten attributes of a record. Goal: 60 ns for the last one.</summary>
[MemoryDiagnoser]
public class AttributeLookupBenchmarks
{
    private readonly byte[] _record = Inputs.TenAttributes();

    [Benchmark]
    public bool First() => AttributeEnumerator.TryFind(_record, OtlpFields.LogRecord.Attributes, "attribute.0"u8, out _);

    [Benchmark]
    public bool Last() => AttributeEnumerator.TryFind(_record, OtlpFields.LogRecord.Attributes, "attribute.9"u8, out _);

    [Benchmark]
    public bool Absent() => AttributeEnumerator.TryFind(_record, OtlpFields.LogRecord.Attributes, "attribute.x"u8, out _);

    [Benchmark]
    public long EnumerateAll()
    {
        var sum = 0L;
        foreach (var attribute in new AttributeEnumerator(_record, OtlpFields.LogRecord.Attributes))
        {
            var value = attribute.Value;
            sum += value.Kind == AnyValueKind.Int ? value.Int : value.Bytes.Length;
        }

        return sum;
    }
}
