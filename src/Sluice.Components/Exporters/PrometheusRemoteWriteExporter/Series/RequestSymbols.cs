using Sluice.Buffers;
using Sluice.Components.Exporters.Prometheus.Points;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Exporters.PrometheusRemoteWriteExporter.Series;

/// <summary>
/// The symbols of one request of remote write 2.0: each string once, the empty one first. Reused for the next request, so that filling it allocates
/// nothing once it has its size.
/// </summary>
/// <param name="buffers">Where its memory comes from.</param>
/// <param name="known">The strings that series have in common.</param>
internal sealed class RequestSymbols(BufferPool buffers, SymbolTable known) : IDisposable
{
    private const int SymbolsField = 4;
    private const int SmallestTable = 256;

    private readonly PooledBufferWriter _fields = new(buffers, "remote write symbols");

    /// <summary>Where each string stands in the fields, and its hash.</summary>
    private (int Start, int Length, int Hash)[] _entries = new (int, int, int)[SmallestTable / 2];

    /// <summary>Entries by hash, one more than their index; 0 for none. Twice as many as there is room for entries.</summary>
    private int[] _slots = new int[SmallestTable];

    /// <summary>Of each known string, its index in this request, and the request that this holds for.</summary>
    private (int Request, int Index)[] _known = [];

    private int _count;
    private int _request;

    /// <summary>The symbols, as fields of the request.</summary>
    public ReadOnlySpan<byte> Fields => _fields.WrittenSpan;

    /// <summary>Starts another request.</summary>
    public void Begin()
    {
        _fields.Clear();
        Array.Clear(_slots);
        (_count, _request) = (0, _request + 1);
        if (_known.Length < known.End)
        {
            Array.Resize(ref _known, Math.Max(known.End, 2 * _known.Length));
        }

        Of([]);
    }

    /// <summary>The index of a string that is known.</summary>
    public uint Of(int id)
    {
        ref var symbol = ref _known[id];
        if (symbol.Request != _request)
        {
            symbol = (_request, (int)Of(known[id]));
        }

        return (uint)symbol.Index;
    }

    /// <summary>The index of a string.</summary>
    public uint Of(ReadOnlySpan<byte> text)
    {
        var hash = ByteKeyComparer.Instance.GetHashCode(text);
        var slot = hash & (_slots.Length - 1);
        for (; _slots[slot] is > 0 and var found; slot = (slot + 1) & (_slots.Length - 1))
        {
            var (start, length, other) = _entries[found - 1];
            if (other == hash && _fields.WrittenSpan.Slice(start, length).SequenceEqual(text))
            {
                return (uint)(found - 1);
            }
        }

        new ProtoWriter(_fields).Bytes(SymbolsField, text);
        _entries[_count] = (_fields.Length - text.Length, text.Length, hash);
        _slots[slot] = ++_count;
        if (_count == _entries.Length)
        {
            Grow();
        }

        return (uint)(_count - 1);
    }

    public void Dispose() => _fields.Dispose();

    private void Grow()
    {
        Array.Resize(ref _entries, 2 * _entries.Length);
        _slots = new int[2 * _entries.Length];
        for (var i = 0; i < _count; i++)
        {
            var slot = _entries[i].Hash & (_slots.Length - 1);
            while (_slots[slot] > 0)
            {
                slot = (slot + 1) & (_slots.Length - 1);
            }

            _slots[slot] = i + 1;
        }
    }
}
