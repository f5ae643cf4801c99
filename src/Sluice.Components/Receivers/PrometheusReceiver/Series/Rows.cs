namespace Sluice.Components.Receivers.PrometheusReceiver.Series;

/// <summary>Rows in an array that grows and is used again.</summary>
/// <typeparam name="T">A row.</typeparam>
internal sealed class Rows<T>
    where T : struct
{
    private T[] _rows = new T[8];

    public int Count { get; private set; }

    /// <summary>A row. Holds until the next one is added.</summary>
    public ref T this[int number] => ref _rows[number];

    /// <summary>Adds a row.</summary>
    /// <returns>Its number.</returns>
    public int Add(in T row)
    {
        if (Count == _rows.Length)
        {
            Array.Resize(ref _rows, 2 * Count);
        }

        _rows[Count] = row;
        return Count++;
    }

    public void Clear() => Count = 0;
}
