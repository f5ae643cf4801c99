using Sluice.Telemetry;

namespace Sluice.Components.Exporters.DebugExporter;

/// <summary>The shapes of lines that all signals share. What is absent has no line.</summary>
internal static class FieldText
{
    /// <summary><c>name: text</c>, unless the text is empty.</summary>
    public static void Line(DebugText text, string name, ReadOnlySpan<byte> value, string indent = "")
    {
        if (!value.IsEmpty)
        {
            text.Add(indent).Add(name).Add(": ").AddText(value).Line();
        }
    }

    /// <summary><c>name: hex</c>, unless there are no bytes.</summary>
    public static void HexLine(DebugText text, string indent, string name, ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty)
        {
            text.Add(indent).Add(name).Add(": ").AddHex(value).Line();
        }
    }

    /// <summary><c>name: number</c>, unless it is 0.</summary>
    public static void Count(DebugText text, string indent, string name, ulong value)
    {
        if (value != 0)
        {
            text.Add(indent).Add(name).Add(": ").Add(value).Line();
        }
    }

    /// <summary><c>name: number</c>, unless it is absent.</summary>
    public static void Number(DebugText text, string indent, string name, double? value)
    {
        if (value is { } number)
        {
            text.Add(indent).Add(name).Add(": ").Add(number).Line();
        }
    }

    /// <summary><c>name: time</c>, unless it is 0.</summary>
    public static void Time(DebugText text, string indent, string name, ulong unixNano)
    {
        if (unixNano != 0)
        {
            text.Add(indent).Add(name).Add(": ").AddTime(unixNano).Line();
        }
    }

    /// <summary>A heading and a line per attribute, unless there are none.</summary>
    public static void Attributes(DebugText text, string indent, string heading, ReadOnlySpan<byte> message, int field)
    {
        var first = true;
        foreach (var attribute in new AttributeEnumerator(message, field))
        {
            if (first)
            {
                text.Add(indent).Add(heading).Line(":");
                first = false;
            }

            text.Add(indent).Add("     -> ").AddText(attribute.Key).Add(": ").AddValue(attribute.Value).Line();
        }
    }

    /// <summary><c> key=value</c> for every attribute, on the current line.</summary>
    public static void AddPairs(DebugText text, AttributeEnumerator attributes)
    {
        foreach (var attribute in attributes)
        {
            text.Add(" ").AddText(attribute.Key).Add("=").AddPlain(attribute.Value);
        }
    }
}
