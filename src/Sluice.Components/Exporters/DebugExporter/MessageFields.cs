using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Exporters.DebugExporter;

/// <summary>Walks the messages of a repeated field with <c>foreach</c>.</summary>
internal ref struct MessageFields(ReadOnlySpan<byte> message, int field)
{
    private ProtoReader _reader = new(message);

    /// <summary>The message at hand.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    public readonly MessageFields GetEnumerator() => this;

    public bool MoveNext()
    {
        while (_reader.TryReadTag())
        {
            if (_reader.Field == field && _reader.WireType == WireType.LengthDelimited)
            {
                if (!_reader.TryReadBytes(out var value))
                {
                    return false;
                }

                Current = value;
                return true;
            }

            if (!_reader.TrySkip())
            {
                return false;
            }
        }

        return false;
    }
}
