using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Store.Files;
using Sluice.Store.Sqlite;
using Sluice.Telemetry;
using Sluice.Telemetry.Encoders;

namespace Sluice.Store.Writing;

/// <summary>
/// Writes one store file. After any failure it is thrown away and the file opened again, since what it knows of ids may then be ahead of
/// what the file holds.
/// </summary>
internal sealed class FileWriter : IDisposable
{
    private const int RecordsBetweenCancellationChecks = 256;

    private readonly SqliteConnection _connection;
    private readonly JsonLinesEncoder _encoder;
    private readonly BufferPool _pool;
    private readonly Guid _journal;
    private Tables? _tables;
    private long[] _resourceIds = [];
    private long[] _serviceIds = [];

    private FileWriter(StoreFileName name, SqliteConnection connection, BufferPool pool, Guid journal)
    {
        Name = name;
        _connection = connection;
        _pool = pool;
        _journal = journal;
        _encoder = new JsonLinesEncoder(pool);
    }

    /// <summary>Which file it is.</summary>
    public StoreFileName Name { get; }

    /// <summary>Opens or creates a file.</summary>
    /// <exception cref="StoreException">It cannot be opened; corrupt when it is no store file.</exception>
    public static FileWriter Open(StoreOptions options, StoreFileName name, Guid journal, BufferPool pool)
    {
        var connection = SqliteConnection.OpenForWriting(name.In(options.Directory));
        try
        {
            // FULL: a transaction is on the disk before the journal's cursor moves past it, so a power cut loses nothing of the store either.
            connection.Execute(
                "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=2000; PRAGMA cache_size=-32768");
            StoreFile.CheckVersion(connection);
            options.Opened?.Invoke(connection);
            return new FileWriter(name, connection, pool, journal);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Starts a transaction; the file's tables are made in its first one.</summary>
    public void Begin()
    {
        _connection.Execute("BEGIN IMMEDIATE");
        if (_tables is null)
        {
            if (StoreFile.IsEmpty(_connection))
            {
                _connection.Execute(StoreSchema.Create);
            }

            _tables = new Tables(_connection, _pool);
        }
    }

    /// <summary>Writes a run of records.</summary>
    /// <param name="segment">The run.</param>
    /// <param name="skip">Records at its beginning that are in the store already.</param>
    /// <param name="cancellationToken">Gives the transaction up.</param>
    public void Append(StoreSegment segment, int skip, CancellationToken cancellationToken)
    {
        var tables = _tables!;
        var batch = segment.Batch;
        _encoder.BeginBatch(batch);
        ForgetResources(batch.Resources.Length);
        var rows = tables.For(batch.Signal);
        for (var i = skip; i < segment.Count; i++)
        {
            if (i % RecordsBetweenCancellationChecks == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            var record = batch.GetRecord(segment.Start + i);
            ref var resource = ref _resourceIds[record.Envelope.Resource];
            ref var service = ref _serviceIds[record.Envelope.Resource];
            if (resource == 0)
            {
                resource = tables.Resources.IdOf(record.Resource);
                service = tables.Services.IdOf(record.Service);
            }

            var row = rows.Write(record, service, resource, segment.ReceivedUnixNano);
            tables.Tally.Count(row.Kind, row.Row, row.Time, service, row.Code, segment.ReceivedUnixNano);
            _encoder.Encode(segment.Start + i, segment.FirstRecord.Plus(i), rows.Chunks.Lines);
            rows.Chunks.Added(row.Row);
        }
    }

    /// <summary>Ends the transaction with the positions it reached.</summary>
    public void Commit(Dictionary<string, RecordId> positions)
    {
        var tables = _tables!;
        tables.Flush();
        foreach (var (topic, position) in positions)
        {
            tables.SavePosition(_journal, topic, position);
        }

        _connection.Execute("COMMIT");
    }

    /// <summary>Moves the write-ahead log into the file, as far as readers allow: the file will not be written again.</summary>
    public void Seal() => _connection.Execute("PRAGMA wal_checkpoint(TRUNCATE)");

    public void Dispose()
    {
        _encoder.Dispose();
        _tables?.Dispose();
        _connection.Dispose();
    }

    private void ForgetResources(int count)
    {
        if (_resourceIds.Length < count)
        {
            _resourceIds = new long[Math.Max(count, 64)];
            _serviceIds = new long[_resourceIds.Length];
        }

        _resourceIds.AsSpan(0, count).Clear();
    }

    /// <summary>The statements of one file, prepared once its tables exist.</summary>
    private sealed class Tables : IDisposable
    {
        private readonly LogWriter _logs;
        private readonly SpanWriter _spans;
        private readonly MetricWriter _metrics;
        private readonly SqliteStatement _savePosition;

        public Tables(SqliteConnection connection, BufferPool pool)
        {
            _logs = new LogWriter(connection, pool);
            _spans = new SpanWriter(connection, pool);
            _metrics = new MetricWriter(connection, pool);
            Services = new NameTable(connection, NameKind.Service);
            Resources = new ResourceTable(connection);
            Tally = new Tally(connection);
            _savePosition = connection.Prepare("INSERT OR REPLACE INTO positions (journal, topic, position) VALUES (?1, ?2, ?3)");
        }

        public NameTable Services { get; }

        public ResourceTable Resources { get; }

        public Tally Tally { get; }

        public RowWriter For(Signal signal) => signal switch
        {
            Signal.Logs => _logs,
            Signal.Traces => _spans,
            _ => _metrics,
        };

        public void Flush()
        {
            _logs.Chunks.Flush();
            _spans.Chunks.Flush();
            _metrics.Chunks.Flush();
            Tally.Flush();
        }

        public void SavePosition(Guid journal, string topic, RecordId position)
        {
            Span<byte> bytes = stackalloc byte[16];
            journal.TryWriteBytes(bytes);
            _savePosition.BindBlob(1, bytes);
            _savePosition.BindText(2, topic);
            StoreFile.WritePosition(position, bytes);
            _savePosition.BindBlob(3, bytes);
            _savePosition.Run();
        }

        public void Dispose()
        {
            _logs.Dispose();
            _spans.Dispose();
            _metrics.Dispose();
        }
    }
}
