using System.Text.Json;
using Sluice.Standins.Elasticsearch.Http;
using Sluice.Standins.Elasticsearch.Mapping;

namespace Sluice.Standins.Elasticsearch.Cluster;

/// <summary>An index of one shard. Its owner takes the lock of the cluster.</summary>
internal sealed class StoreIndex(string name, string uuid, IndexSettings settings, IndexMapping mapping, StandinOptions options)
{
    private readonly Dictionary<string, StoredDocument> _documents = new(StringComparer.Ordinal);
    private StoredDocument[] _visible = [];
    private long _visibleUntil;
    private long _lastRefresh = options.Time.GetTimestamp();

    public string Name { get; } = name;

    public string Uuid { get; } = uuid;

    public IndexSettings Settings { get; } = settings;

    public IndexMapping Mapping { get; set; } = mapping;

    /// <summary>The stream that it is a part of.</summary>
    public DataStream? Stream { get; set; }

    public SortedSet<string> Aliases { get; } = new(StringComparer.Ordinal);

    public bool IsHidden => Stream is not null || Settings["hidden"] == "true" || Name.StartsWith('.');

    public int Count => _documents.Count;

    public long NextSequenceNumber { get; private set; }

    /// <summary>All documents, whether a search sees them yet or not.</summary>
    public IReadOnlyCollection<StoredDocument> Documents => _documents.Values;

    /// <summary>What a search sees: what was there at the last refresh, which happens now when it is due.</summary>
    public IReadOnlyList<StoredDocument> Visible
    {
        get
        {
            var interval = Settings.Duration("refresh_interval") ?? options.RefreshInterval;
            if (interval != Timeout.InfiniteTimeSpan && options.Time.GetElapsedTime(_lastRefresh) >= interval)
            {
                Refresh();
            }

            return _visible;
        }
    }

    public void Refresh()
    {
        _lastRefresh = options.Time.GetTimestamp();
        if (_visibleUntil != NextSequenceNumber)
        {
            _visible = [.. _documents.Values];
            _visibleUntil = NextSequenceNumber;
        }
    }

    public StoredDocument? Get(string id) => _documents.GetValueOrDefault(id);

    /// <summary>Writes a document, and says whether it is new.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="source">Its bytes, which are kept.</param>
    /// <param name="document">The same, parsed.</param>
    /// <param name="mustBeNew">Whether it may not replace another.</param>
    /// <param name="templates">Dynamic templates for its new fields.</param>
    /// <param name="described">How errors name it, where that is not its id.</param>
    /// <exception cref="ApiException">It does not fit, or there is one with that id.</exception>
    public (StoredDocument Written, bool IsNew) Put(
        string id, byte[] source, JsonElement document, bool mustBeNew, IReadOnlyDictionary<string, string>? templates = null, string? described = null)
    {
        var mapped = DocumentMapper.Write(Mapping, Settings.Mapper, id, templates, document);
        if (Stream is not null)
        {
            CheckTimestamp(mapped);
        }

        var existing = _documents.GetValueOrDefault(id);
        if (existing is not null && mustBeNew)
        {
            throw Conflict($"[{id}]{described}: version conflict, document already exists (current version [{existing.Version}])");
        }

        var written = new StoredDocument(id, source, (existing?.Version ?? 0) + 1, NextSequenceNumber++);
        _documents[id] = written;
        return (written, existing is null);
    }

    /// <summary>Deletes a document, and returns what it was; null when there was none.</summary>
    public StoredDocument? Delete(string id)
    {
        NextSequenceNumber++;
        return _documents.Remove(id, out var document) ? document : null;
    }

    /// <summary>Refuses a write that was meant for another state of the document.</summary>
    public void CheckSequence(string id, long sequenceNumber, long primaryTerm)
    {
        var existing = _documents.GetValueOrDefault(id);
        if (existing is null || existing.SequenceNumber != sequenceNumber || primaryTerm != 1)
        {
            throw Conflict(existing is null
                ? $"[{id}]: version conflict, required seqNo [{sequenceNumber}], primary term [{primaryTerm}]. but no document was found"
                : $"[{id}]: version conflict, required seqNo [{sequenceNumber}], primary term [{primaryTerm}]. current document has seqNo [{existing.SequenceNumber}] and primary term [1]");
        }
    }

    private ApiException Conflict(string reason) => new(new ApiError(409, "version_conflict_engine_exception", reason)
    {
        Metadata = new() { ["index_uuid"] = Uuid, ["shard"] = "0", ["index"] = Name },
    });

    private void CheckTimestamp(MappedDocument mapped)
    {
        var count = mapped.Of(DataStream.TimestampField).Count;
        if (count != 1)
        {
            var reason = count == 0 ? "data stream timestamp field [@timestamp] is missing" : "data stream timestamp field [@timestamp] encountered multiple values";
            throw new ApiException(new ApiError(400, Mapping.Version.ParsingException, $"failed to parse: {reason}")
            {
                CausedBy = new ApiError(400, "illegal_argument_exception", reason),
            });
        }
    }
}
