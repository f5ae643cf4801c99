using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Encoders.Elasticsearch;

/// <summary>Name and version of an <c>InstrumentationScope</c>.</summary>
internal ref struct ScopeFields
{
    public ReadOnlySpan<byte> Name;
    public ReadOnlySpan<byte> Version;

    public static ScopeFields Read(ReadOnlySpan<byte> scope)
    {
        var fields = default(ScopeFields);
        var reader = new ProtoReader(scope);
        while (reader.TryReadTag())
        {
            switch (reader.Field, reader.WireType)
            {
                case (OtlpFields.Scope.Name, WireType.LengthDelimited):
                    reader.TryReadBytes(out fields.Name);
                    break;
                case (OtlpFields.Scope.Version, WireType.LengthDelimited):
                    reader.TryReadBytes(out fields.Version);
                    break;
                default:
                    reader.TrySkip();
                    break;
            }
        }

        return fields;
    }
}
