using System.Text;

namespace Sluice.Telemetry.Otlp.Json;

/// <summary>An enumeration of OTLP: the names of its values in the order of their numbers, from 0.</summary>
internal sealed class OtlpEnum(string name, params string[] values)
{
    private readonly byte[][] _values = [.. values.Select(Encoding.UTF8.GetBytes)];

    public string Name { get; } = name;

    /// <summary>Finds a value by its full name.</summary>
    public bool TryFind(ReadOnlySpan<byte> text, out int number)
    {
        for (number = 0; number < _values.Length; number++)
        {
            if (text.SequenceEqual(_values[number]))
            {
                return true;
            }
        }

        return false;
    }
}
