using Sluice.Buffers;

namespace Sluice.Components.Exporters.KafkaExporter.Messages;

/// <summary>
/// Runs of records that go into messages together, by what these have in common. Its memory is used again for every batch. One thread.
/// </summary>
internal sealed class MessageGroups(BufferPool buffers) : IDisposable
{
    private readonly PooledBufferWriter _identities = new(buffers, "groups of Kafka messages");
    private Group[] _groups = new Group[64];
    private Run[] _runs = new Run[256];
    private int[] _buckets = new int[256];
    private int _runCount;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>One of them.</summary>
    public ref readonly Group this[int index] => ref _groups[index];

    /// <summary>One run, by <see cref="Group.First"/> and <see cref="Run.Next"/>.</summary>
    public ref readonly Run RunAt(int index) => ref _runs[index];

    /// <summary>The key of a group.</summary>
    public ReadOnlySpan<byte> KeyOf(in Group group) => _identities.WrittenSpan.Slice(group.Identity, group.KeyLength);

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        Count = _runCount = 0;
        _identities.Clear();
        _buckets.AsSpan().Fill(-1);
    }

    /// <summary>Adds records to the group of an identity.</summary>
    /// <param name="topic">The topic, which is part of the identity.</param>
    /// <param name="identity">The key, and what else sets messages apart.</param>
    /// <param name="hasKey">Whether there is a key.</param>
    /// <param name="keyLength">Bytes of the identity that are the key.</param>
    /// <param name="segment">The run of the batch.</param>
    /// <param name="start">The first record in it.</param>
    /// <param name="count">How many.</param>
    public void Add(string topic, ReadOnlySpan<byte> identity, bool hasKey, int keyLength, int segment, int start, int count)
    {
        var index = Find(topic, identity, hasKey, keyLength);
        ref var group = ref _groups[index];
        if (group.Last >= 0)
        {
            ref var last = ref _runs[group.Last];
            if (last.Segment == segment && last.Start + last.Count == start)
            {
                last.Count += count;
                return;
            }
        }

        if (_runCount == _runs.Length)
        {
            Array.Resize(ref _runs, 2 * _runCount);
        }

        _runs[_runCount] = new Run { Segment = segment, Start = start, Count = count, Next = -1 };
        if (group.Last < 0)
        {
            group.First = _runCount;
        }
        else
        {
            _runs[group.Last].Next = _runCount;
        }

        group.Last = _runCount++;
    }

    /// <inheritdoc/>
    public void Dispose() => _identities.Dispose();

    private int Find(string topic, ReadOnlySpan<byte> identity, bool hasKey, int keyLength)
    {
        var hash = default(HashCode);
        hash.AddBytes(identity);
        hash.Add(topic);
        hash.Add(hasKey);
        var code = hash.ToHashCode();
        var bucket = code & (_buckets.Length - 1);
        for (; _buckets[bucket] >= 0; bucket = (bucket + 1) & (_buckets.Length - 1))
        {
            ref var group = ref _groups[_buckets[bucket]];
            if (group.Hash == code && group.HasKey == hasKey && group.KeyLength == keyLength && group.Topic == topic
                && _identities.WrittenSpan.Slice(group.Identity, group.IdentityLength).SequenceEqual(identity))
            {
                return _buckets[bucket];
            }
        }

        if (Count == _groups.Length)
        {
            Grow();
            bucket = FreeBucket(code);
        }

        _groups[Count] = new Group
        {
            Topic = topic,
            HasKey = hasKey,
            Hash = code,
            Identity = _identities.Length,
            IdentityLength = identity.Length,
            KeyLength = keyLength,
            First = -1,
            Last = -1,
        };
        _identities.Write(identity);
        _buckets[bucket] = Count;
        return Count++;
    }

    /// <summary>Buckets are four times as many as groups, so that there is always a free one near by.</summary>
    private void Grow()
    {
        Array.Resize(ref _groups, 2 * _groups.Length);
        _buckets = new int[4 * _groups.Length];
        _buckets.AsSpan().Fill(-1);
        for (var i = 0; i < Count; i++)
        {
            _buckets[FreeBucket(_groups[i].Hash)] = i;
        }
    }

    private int FreeBucket(int code)
    {
        var bucket = code & (_buckets.Length - 1);
        while (_buckets[bucket] >= 0)
        {
            bucket = (bucket + 1) & (_buckets.Length - 1);
        }

        return bucket;
    }

    /// <summary>Records with one topic, one key, and one set of headers.</summary>
    public struct Group
    {
        public string Topic;
        public bool HasKey;
        public int Hash;
        public int Identity;
        public int IdentityLength;
        public int KeyLength;
        public int First;
        public int Last;
    }

    /// <summary>Records that follow each other.</summary>
    public struct Run
    {
        public int Segment;
        public int Start;
        public int Count;
        public int Next;
    }
}
