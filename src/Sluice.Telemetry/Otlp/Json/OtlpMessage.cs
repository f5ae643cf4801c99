namespace Sluice.Telemetry.Otlp.Json;

/// <summary>A message of OTLP: its fields, by number and by either of their JSON names.</summary>
internal sealed class OtlpMessage(string name)
{
    /// <summary>More fields than any message has, and more than any field number.</summary>
    public const int MaximumFields = 17;

    private readonly OtlpField?[] _byNumber = new OtlpField?[MaximumFields];
    private OtlpField[] _fields = [];

    public string Name { get; } = name;

    public ReadOnlySpan<OtlpField> Fields => _fields;

    /// <summary>Sets the fields, apart from construction since messages contain one another.</summary>
    public void Define(params OtlpField[] fields)
    {
        _fields = fields;
        var oneof = -1;
        for (var i = 0; i < fields.Length; i++)
        {
            var field = fields[i];
            field.Slot = i;
            if (field.InOneof)
            {
                oneof = oneof < 0 ? i : oneof;
                field.Slot = oneof;
            }

            _byNumber[field.Number] = field;
        }
    }

    /// <summary>Finds a field by number; null when there is none.</summary>
    public OtlpField? Find(int number) => (uint)number < MaximumFields ? _byNumber[number] : null;

    /// <summary>Finds a field by name; null when there is none. Senders keep an order, so the search starts at <paramref name="next"/>.</summary>
    public OtlpField? Find(ReadOnlySpan<byte> name, ref int next)
    {
        for (var i = 0; i < _fields.Length; i++)
        {
            var at = next + i;
            at = at < _fields.Length ? at : at - _fields.Length;
            var field = _fields[at];
            if (name.SequenceEqual(field.JsonName) || name.SequenceEqual(field.Name))
            {
                next = at + 1 < _fields.Length ? at + 1 : 0;
                return field;
            }
        }

        return null;
    }
}
