using System.IO.Compression;
using Sluice.Store.Sqlite;

namespace Sluice.Store.Reading;

/// <summary>Reads the JSON of single rows out of the chunks of one table. Keeps the chunk read last, since neighbours are mostly asked for together.</summary>
internal sealed class ChunkReader(SqliteConnection connection, string table)
{
    private readonly SqliteStatement _find = connection.Prepare($"SELECT id, length, lines FROM {table}_json WHERE id<=?1 ORDER BY id DESC LIMIT 1");
    private readonly List<int> _lineEnds = [];
    private byte[] _lines = [];
    private long _firstRow;

    /// <summary>The JSON object of a row, without a line break; valid until the next call.</summary>
    /// <exception cref="StoreException">The file is damaged.</exception>
    public ReadOnlySpan<byte> Read(long row)
    {
        if (_lineEnds.Count == 0 || row < _firstRow || row >= _firstRow + _lineEnds.Count)
        {
            Load(row);
        }

        var line = (int)(row - _firstRow);
        var start = line == 0 ? 0 : _lineEnds[line - 1] + 1;
        return _lines.AsSpan(start, _lineEnds[line] - start);
    }

    private void Load(long row)
    {
        _lineEnds.Clear();
        _find.Bind(1, row);
        try
        {
            if (!_find.Step())
            {
                throw Damaged(row);
            }

            _firstRow = _find.Int64(0);
            Decompress(row, _find.Int64(1), _find.Bytes(2));
        }
        finally
        {
            _find.Reset();
        }

        if (row >= _firstRow + _lineEnds.Count)
        {
            _lineEnds.Clear();
            throw Damaged(row);
        }
    }

    private void Decompress(long row, long length, ReadOnlySpan<byte> compressed)
    {
        if (length is < 0 or > int.MaxValue)
        {
            throw Damaged(row);
        }

        if (_lines.Length < length)
        {
            _lines = GC.AllocateUninitializedArray<byte>((int)length);
        }

        if (!BrotliDecoder.TryDecompress(compressed, _lines, out var written) || written != length)
        {
            throw Damaged(row);
        }

        for (var at = 0; at < written;)
        {
            var end = _lines.AsSpan(at, written - at).IndexOf((byte)'\n');
            if (end < 0)
            {
                throw Damaged(row);
            }

            _lineEnds.Add(at + end);
            at += end + 1;
        }
    }

    private StoreException Damaged(long row) =>
        new(StoreFailure.Corrupt, $"{connection.Path}: the stored text of row {row} of {table} cannot be read");
}
