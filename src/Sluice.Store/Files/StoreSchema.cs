namespace Sluice.Store.Files;

/// <summary>
/// The tables of one store file. Row ids count from 1 in order of arrival. The rows hold what is searched; the records themselves, as
/// JSON Lines, are in compressed chunks beside them, so that a scan reads 60 bytes per record instead of a thousand.
/// </summary>
internal static class StoreSchema
{
    /// <summary>Kept in <c>PRAGMA user_version</c>.</summary>
    public const int Version = 1;

    /// <summary>Rows per entry in <c>blocks</c>, as a shift: 1,024.</summary>
    public const int BlockShift = 10;

    /// <summary>Creates the tables; runs in the transaction of the first rows.</summary>
    public static readonly string Create = $"""
        -- The end of what is applied of each topic of each journal: 16 bytes, epoch and sequence, big-endian.
        CREATE TABLE positions (journal BLOB, topic TEXT, position BLOB NOT NULL, PRIMARY KEY (journal, topic)) WITHOUT ROWID;

        CREATE TABLE names (id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, name TEXT NOT NULL, UNIQUE (kind, name));
        CREATE VIRTUAL TABLE span_names USING fts5(name, content='', columnsize=0, tokenize="{Tokenizer}");
        CREATE VIRTUAL TABLE metric_names USING fts5(name, content='', columnsize=0, tokenize="{Tokenizer}");

        -- Encoded opentelemetry.proto.resource.v1.Resource messages, found again by a hash of their bytes.
        CREATE TABLE resources (id INTEGER PRIMARY KEY, hash INTEGER NOT NULL, message BLOB NOT NULL);
        CREATE INDEX resources_hash ON resources (hash);

        CREATE TABLE logs (id INTEGER PRIMARY KEY, time INTEGER NOT NULL, service INTEGER NOT NULL, severity INTEGER NOT NULL,
            event INTEGER, resource INTEGER NOT NULL, trace_low INTEGER, trace_high INTEGER, span INTEGER);
        CREATE INDEX logs_trace ON logs (trace_low) WHERE trace_low IS NOT NULL;
        CREATE INDEX logs_event ON logs (event) WHERE event IS NOT NULL;
        CREATE VIRTUAL TABLE logs_text USING fts5(name, body, attributes, content='', columnsize=0, tokenize="{Tokenizer}");

        CREATE TABLE spans (id INTEGER PRIMARY KEY, time INTEGER NOT NULL, duration INTEGER NOT NULL, service INTEGER NOT NULL,
            name INTEGER NOT NULL, kind INTEGER NOT NULL, status INTEGER NOT NULL, resource INTEGER NOT NULL,
            trace_low INTEGER, trace_high INTEGER, span INTEGER, parent INTEGER);
        CREATE INDEX spans_trace ON spans (trace_low) WHERE trace_low IS NOT NULL;

        CREATE TABLE metrics (id INTEGER PRIMARY KEY, time INTEGER NOT NULL, service INTEGER NOT NULL, name INTEGER NOT NULL,
            type INTEGER NOT NULL, resource INTEGER NOT NULL);

        -- JSON Lines of consecutive rows, compressed with Brotli; id is the first row's, length that of the plain text.
        CREATE TABLE logs_json (id INTEGER PRIMARY KEY, length INTEGER NOT NULL, lines BLOB NOT NULL);
        CREATE TABLE spans_json (id INTEGER PRIMARY KEY, length INTEGER NOT NULL, lines BLOB NOT NULL);
        CREATE TABLE metrics_json (id INTEGER PRIMARY KEY, length INTEGER NOT NULL, lines BLOB NOT NULL);

        -- Event times within blocks of 2^{BlockShift} rows: time ranges become row ranges.
        CREATE TABLE blocks (kind INTEGER, block INTEGER, min_time INTEGER NOT NULL, max_time INTEGER NOT NULL, PRIMARY KEY (kind, block))
            WITHOUT ROWID;

        -- Records per minute of event time; code is the severity number, the span status or the type of metric.
        CREATE TABLE minutes (kind INTEGER, minute INTEGER, service INTEGER, code INTEGER, count INTEGER NOT NULL,
            PRIMARY KEY (kind, minute, service, code)) WITHOUT ROWID;

        CREATE TABLE services (service INTEGER, kind INTEGER, count INTEGER NOT NULL, last_received INTEGER NOT NULL,
            PRIMARY KEY (service, kind)) WITHOUT ROWID;
        PRAGMA user_version={Version};
        """;

    private const string Tokenizer = "unicode61 remove_diacritics 2";
}
