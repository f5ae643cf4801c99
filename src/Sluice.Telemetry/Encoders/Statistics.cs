namespace Sluice.Telemetry.Encoders;

/// <summary>The three figures that both kinds of histogram may hold beside their buckets.</summary>
internal struct Statistics
{
    public NumberValue Sum;
    public NumberValue Minimum;
    public NumberValue Maximum;

    /// <summary>Writes those that are there.</summary>
    public readonly void Write(ref JsonOutput json)
    {
        Sum.Write(ref json, "\"sum\":"u8);
        Minimum.Write(ref json, "\"min\":"u8);
        Maximum.Write(ref json, "\"max\":"u8);
    }
}
