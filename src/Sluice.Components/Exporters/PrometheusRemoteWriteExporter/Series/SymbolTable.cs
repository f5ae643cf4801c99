using System.Text;
using Sluice.Buffers;
using Sluice.Components.Exporters.Prometheus.Points;

namespace Sluice.Components.Exporters.PrometheusRemoteWriteExporter.Series;

/// <summary>The strings of the series that are known, by numbers that hold for as long as a series has them.</summary>
internal sealed class SymbolTable
{
    /// <summary>The empty string, which stands for nothing.</summary>
    public const int Empty = 0;

    /// <summary>Fewer strings are not worth looking for those that nothing has any more.</summary>
    private const int WorthSweeping = 4096;

    private readonly Dictionary<byte[], int> _ids = new(ByteKeyComparer.Instance);
    private readonly List<byte[]?> _texts = [[]];
    private readonly Stack<int> _free = new();
    private bool[] _used = [];
    private int _countAfterSweep;

    public SymbolTable() => _ids.Add([], Empty);

    /// <summary>Above all numbers that there are.</summary>
    public int End => _texts.Count;

    /// <summary>Whether so many strings came since the last sweep that one is worth it.</summary>
    public bool IsSweepDue => _ids.Count > WorthSweeping + (2 * _countAfterSweep);

    /// <summary>The string of a number, encoded.</summary>
    public ReadOnlySpan<byte> this[int id] => _texts[id];

    /// <summary>The number of a string.</summary>
    public int Intern(string text) => Intern(Encoding.UTF8.GetBytes(text));

    /// <inheritdoc cref="Intern(string)"/>
    public int Intern(byte[] text)
    {
        if (_ids.TryGetValue(text, out var id))
        {
            return id;
        }

        if (_free.TryPop(out id))
        {
            _texts[id] = text;
        }
        else
        {
            id = _texts.Count;
            _texts.Add(text);
        }

        _ids.Add(text, id);
        return id;
    }

    /// <summary>Starts looking for strings that nothing has any more. What is not marked until <see cref="EndSweep"/> is forgotten.</summary>
    public void BeginSweep()
    {
        _used = new bool[_texts.Count];
        _used[Empty] = true;
    }

    /// <summary>Says that a string is had.</summary>
    public void Mark(int id) => _used[id] = true;

    /// <summary>Forgets what was not marked.</summary>
    public void EndSweep()
    {
        for (var id = 0; id < _used.Length; id++)
        {
            if (!_used[id] && _texts[id] is { } text)
            {
                _ids.Remove(text);
                _texts[id] = null;
                _free.Push(id);
            }
        }

        (_used, _countAfterSweep) = ([], _ids.Count);
    }
}
