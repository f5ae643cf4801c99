using System.Buffers.Binary;
using System.Text;
using Sluice.Buffers;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry.Otlp;

namespace Sluice.Runtime.Delivery;

/// <summary>Finds the batches of a request by its values, without making texts of them for every entry. One reader at a time.</summary>
internal sealed class PartitionTable : IDisposable
{
    /// <summary>Stands where a length would for the end of the values of a property.</summary>
    private const int EndOfProperty = -1;

    /// <summary>Scratch space; a pool of its own, since it is as long as the values of one request.</summary>
    private static readonly BufferPool Scratch = new();

    private readonly RequestProperty[] _properties;
    private readonly byte[][] _headerNames;
    private readonly int _limit;
    private readonly Func<RequestValues, BatchBuilder[]> _create;
    private readonly Dictionary<byte[], LinkedListNode<Partition>> _byKey = new(ByteKeyComparer.Instance);
    private readonly Dictionary<byte[], LinkedListNode<Partition>>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private readonly LinkedList<Partition> _byUse = new();
    private readonly PooledBufferWriter _key = new(Scratch, "key of a partition");

    /// <summary>Creates it.</summary>
    /// <param name="partitioning">The properties, at least one, and how many combinations are kept.</param>
    /// <param name="create">Makes the batches of a new combination.</param>
    public PartitionTable(BatchPartitioning partitioning, Func<RequestValues, BatchBuilder[]> create)
    {
        _properties = [.. partitioning.Properties];
        _headerNames = [.. _properties.Select(property => Encoding.UTF8.GetBytes(property.HeaderName ?? ""))];
        _limit = partitioning.Limit == 0 ? int.MaxValue : partitioning.Limit;
        _create = create;
        _lookup = _byKey.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>The partition that was used last; the others follow.</summary>
    public LinkedListNode<Partition>? First => _byUse.First;

    /// <inheritdoc cref="OpenBatches.TryFind"/>
    public bool TryFind(ReadOnlySpan<byte> context, out BatchBuilder[] builders)
    {
        builders = [];
        if (!TryMakeKey(context))
        {
            return false;
        }

        if (_lookup.TryGetValue(_key.WrittenSpan, out var node))
        {
            _byUse.Remove(node);
            _byUse.AddFirst(node);
        }
        else
        {
            var key = _key.WrittenSpan.ToArray();
            node = _byUse.AddFirst(new Partition(key, _create(ReadValues(key))));
            _byKey.Add(key, node);
        }

        builders = node.Value.Builders;
        return true;
    }

    /// <inheritdoc cref="OpenBatches.TryForget"/>
    public bool TryForget(out BatchBuilder[] builders)
    {
        builders = [];
        if (_byUse.Count <= _limit)
        {
            return false;
        }

        var oldest = _byUse.Last!.Value;
        _byUse.RemoveLast();
        _byKey.Remove(oldest.Key);
        builders = oldest.Builders;
        return true;
    }

    public void Dispose() => _key.Dispose();

    /// <summary>For every property its values, each behind its length, and then an end: what differs in any of them differs in the key.</summary>
    private bool TryMakeKey(ReadOnlySpan<byte> context)
    {
        _key.Clear();
        foreach (var name in _headerNames)
        {
            var reader = new ProtoReader(context);
            while (RequestContext.TryReadValue(ref reader, name, out var value))
            {
                WriteLength(value.Length);
                _key.Write(value);
            }

            if (reader.Malformed)
            {
                return false;
            }

            WriteLength(EndOfProperty);
        }

        return true;
    }

    private void WriteLength(int length)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_key.GetSpan(sizeof(int)), length);
        _key.Advance(sizeof(int));
    }

    private RequestValues ReadValues(ReadOnlySpan<byte> key)
    {
        var values = new Dictionary<RequestProperty, IReadOnlyList<string>>();
        foreach (var property in _properties)
        {
            var list = new List<string>();
            while (true)
            {
                var length = BinaryPrimitives.ReadInt32LittleEndian(key);
                key = key[sizeof(int)..];
                if (length == EndOfProperty)
                {
                    break;
                }

                list.Add(Encoding.UTF8.GetString(key[..length]));
                key = key[length..];
            }

            values.Add(property, list);
        }

        return new RequestValues(values);
    }
}
