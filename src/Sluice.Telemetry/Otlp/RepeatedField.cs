namespace Sluice.Telemetry.Otlp;

/// <summary>Walks the occurrences of one length-delimited field of a message, in place. Use with <c>foreach</c>; allocates nothing.</summary>
public ref struct RepeatedField(ReadOnlySpan<byte> message, int field)
{
    private ProtoReader _reader = new(message);

    /// <summary>The occurrence at hand.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>Enables <c>foreach</c>.</summary>
    public readonly RepeatedField GetEnumerator() => this;

    /// <summary>Moves to the next occurrence.</summary>
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
