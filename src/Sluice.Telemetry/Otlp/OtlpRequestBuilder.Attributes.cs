namespace Sluice.Telemetry.Otlp;

/// <content>A key and its value in one call.</content>
public sealed partial class OtlpRequestBuilder
{
    /// <summary>A text attribute; key and value are UTF-8.</summary>
    public void Attribute(ReadOnlySpan<byte> key, ReadOnlySpan<byte> text)
    {
        Key(key);
        String(text);
    }

    /// <summary>A text attribute; the key is UTF-8.</summary>
    public void Attribute(ReadOnlySpan<byte> key, ReadOnlySpan<char> text)
    {
        Key(key);
        String(text);
    }

    /// <summary>An integer attribute; the key is UTF-8.</summary>
    public void Attribute(ReadOnlySpan<byte> key, long value)
    {
        Key(key);
        Int(value);
    }

    /// <summary>A double attribute; the key is UTF-8.</summary>
    public void Attribute(ReadOnlySpan<byte> key, double value)
    {
        Key(key);
        Double(value);
    }

    /// <summary>A bool attribute; the key is UTF-8.</summary>
    public void Attribute(ReadOnlySpan<byte> key, bool value)
    {
        Key(key);
        Bool(value);
    }
}
