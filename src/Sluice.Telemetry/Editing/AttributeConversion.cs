using System.Globalization;
using System.Text;
using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Editing;

/// <summary>Conversions of values to int, double and bool.</summary>
internal static class AttributeConversion
{
    private const NumberStyles Number = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>Writes the value as an <c>AnyValue</c> of the other kind.</summary>
    /// <returns>False, with nothing written, when it has no such form.</returns>
    public static bool TryWrite(AnyValue value, AnyValueKind target, ProtoWriter writer)
    {
        switch (target)
        {
            case AnyValueKind.Int when TryToInt(value, out var integer):
                writer.Varint(OtlpFields.AnyValue.Int, (ulong)integer);
                return true;
            case AnyValueKind.Double when TryToDouble(value, out var number):
                writer.Fixed64(OtlpFields.AnyValue.Double, BitConverter.DoubleToUInt64Bits(number));
                return true;
            case AnyValueKind.Bool when TryToBool(value, out var boolean):
                writer.Varint(OtlpFields.AnyValue.Bool, boolean ? 1UL : 0);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Doubles lose their fraction and are held within the range; texts are decimal integers.</summary>
    private static bool TryToInt(AnyValue value, out long integer)
    {
        switch (value.Kind)
        {
            case AnyValueKind.Double:
                integer = (long)value.Double;
                return true;
            case AnyValueKind.Bool:
                integer = value.Bool ? 1 : 0;
                return true;
            case AnyValueKind.String:
                return long.TryParse(value.Bytes, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out integer);
            default:
                integer = 0;
                return false;
        }
    }

    /// <summary>Texts are decimal numbers within the range of a double.</summary>
    private static bool TryToDouble(AnyValue value, out double number)
    {
        switch (value.Kind)
        {
            case AnyValueKind.Int:
                number = value.Int;
                return true;
            case AnyValueKind.Bool:
                number = value.Bool ? 1 : 0;
                return true;
            case AnyValueKind.String:
                return double.TryParse(value.Bytes, Number, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
            default:
                number = 0;
                return false;
        }
    }

    /// <summary>Numbers are true unless zero; texts are <c>true</c>, <c>false</c>, <c>1</c> or <c>0</c>, in any case.</summary>
    private static bool TryToBool(AnyValue value, out bool boolean)
    {
        switch (value.Kind)
        {
            case AnyValueKind.Int:
                boolean = value.Int != 0;
                return true;
            case AnyValueKind.Double:
                boolean = value.Double != 0;
                return true;
            case AnyValueKind.String:
                boolean = value.Bytes.SequenceEqual("1"u8) || Ascii.EqualsIgnoreCase(value.Bytes, "true"u8);
                return boolean || value.Bytes.SequenceEqual("0"u8) || Ascii.EqualsIgnoreCase(value.Bytes, "false"u8);
            default:
                boolean = false;
                return false;
        }
    }
}
