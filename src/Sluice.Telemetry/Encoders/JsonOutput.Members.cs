namespace Sluice.Telemetry.Encoders;

/// <summary>Members that are left out when their value is the default, by the rule that what is absent is absent.</summary>
public ref partial struct JsonOutput
{
    /// <summary>Writes text, unless empty. <paramref name="name"/> is quoted, with the colon.</summary>
    public void OptionalString(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> utf8)
    {
        if (!utf8.IsEmpty)
        {
            Name(name);
            String(utf8);
        }
    }

    /// <summary>Writes an id, unless empty.</summary>
    public void OptionalHex(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> bytes)
    {
        if (!bytes.IsEmpty)
        {
            Name(name);
            Hex(bytes);
        }
    }

    /// <summary>Writes a count or flags, unless 0.</summary>
    public void OptionalNumber(scoped ReadOnlySpan<byte> name, ulong value)
    {
        if (value != 0)
        {
            Name(name);
            Number(value);
        }
    }

    /// <summary>Writes a time in nanoseconds since 1970, unless 0.</summary>
    public void OptionalTime(scoped ReadOnlySpan<byte> name, ulong unixNano)
    {
        if (unixNano != 0)
        {
            Name(name);
            Time(unixNano);
        }
    }
}
