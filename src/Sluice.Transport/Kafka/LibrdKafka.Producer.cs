using System.Runtime.InteropServices;

namespace Sluice.Transport.Kafka;

/// <summary>What producing takes. Handles are pointers to the library's own structures; the callers see to their lifetimes.</summary>
internal static unsafe partial class LibrdKafka
{
    public const int ProducerType = 0;
    public const int EventDelivery = 0x1;
    public const int EventLog = 0x4;
    public const int EventError = 0x8;
    public const int EventTokenRefresh = 0x100;
    public const int CopyPayload = 0x2;
    public const int PurgeQueued = 0x1;
    public const int PurgeInFlight = 0x2;

    public enum FieldType
    {
        Topic = 2,
        Value = 4,
        Key = 5,
        Opaque = 6,
        MessageFlags = 7,
        Header = 9,
    }

    /// <summary>One field of a message: <c>rd_kafka_vu_t</c>, a tag and a union of 64 bytes.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 72)]
    public struct Field
    {
        [FieldOffset(0)]
        public FieldType Type;

        [FieldOffset(8)]
        public nint Pointer;

        [FieldOffset(8)]
        public int Number;

        [FieldOffset(16)]
        public nint Size;

        [FieldOffset(16)]
        public nint HeaderValue;

        [FieldOffset(24)]
        public nint HeaderSize;
    }

    /// <summary>The beginning and the end of <c>rd_kafka_message_t</c> as delivery reports have it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Report
    {
        public int Error;
        public nint Topic;
        public int Partition;
        public nint Payload;
        public nint Length;
        public nint Key;
        public nint KeyLength;
        public long Offset;
        public nint Opaque;
    }

    [LibraryImport(Name, EntryPoint = "rd_kafka_conf_new")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint NewConfiguration();

    [LibraryImport(Name, EntryPoint = "rd_kafka_conf_destroy")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void DestroyConfiguration(nint configuration);

    [LibraryImport(Name, EntryPoint = "rd_kafka_conf_set", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int SetProperty(nint configuration, string name, string value, byte* error, nint errorSize);

    [LibraryImport(Name, EntryPoint = "rd_kafka_conf_set_events")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void SetEvents(nint configuration, int events);

    [LibraryImport(Name, EntryPoint = "rd_kafka_new")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint New(int type, nint configuration, byte* error, nint errorSize);

    [LibraryImport(Name, EntryPoint = "rd_kafka_destroy")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void Destroy(nint client);

    [LibraryImport(Name, EntryPoint = "rd_kafka_topic_new", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint NewTopic(nint client, string name, nint configuration);

    [LibraryImport(Name, EntryPoint = "rd_kafka_topic_destroy")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void DestroyTopic(nint topic);

    [LibraryImport(Name, EntryPoint = "rd_kafka_last_error")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int LastError();

    [LibraryImport(Name, EntryPoint = "rd_kafka_produceva")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint Produce(nint client, Field* fields, nint count);

    [LibraryImport(Name, EntryPoint = "rd_kafka_flush")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Flush(nint client, int milliseconds);

    [LibraryImport(Name, EntryPoint = "rd_kafka_purge")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Purge(nint client, int what);

    [LibraryImport(Name, EntryPoint = "rd_kafka_fatal_error")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int FatalError(nint client, byte* error, nint errorSize);

    [LibraryImport(Name, EntryPoint = "rd_kafka_queue_get_main")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint MainQueue(nint client);

    [LibraryImport(Name, EntryPoint = "rd_kafka_queue_destroy")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void DestroyQueue(nint queue);

    [LibraryImport(Name, EntryPoint = "rd_kafka_queue_yield")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void Yield(nint queue);

    [LibraryImport(Name, EntryPoint = "rd_kafka_set_log_queue")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int SetLogQueue(nint client, nint queue);

    [LibraryImport(Name, EntryPoint = "rd_kafka_queue_poll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint Poll(nint queue, int milliseconds);

    [LibraryImport(Name, EntryPoint = "rd_kafka_event_type")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int EventType(nint occurrence);

    [LibraryImport(Name, EntryPoint = "rd_kafka_event_message_array")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint EventMessages(nint occurrence, Report** messages, nint size);

    [LibraryImport(Name, EntryPoint = "rd_kafka_event_error")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int EventErrorCode(nint occurrence);

    [LibraryImport(Name, EntryPoint = "rd_kafka_event_error_string")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint EventErrorText(nint occurrence);

    [LibraryImport(Name, EntryPoint = "rd_kafka_event_log")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int EventLogLine(nint occurrence, nint* facility, nint* text, int* severity);

    [LibraryImport(Name, EntryPoint = "rd_kafka_event_destroy")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void DestroyEvent(nint occurrence);

    [LibraryImport(Name, EntryPoint = "rd_kafka_error_code")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int ErrorCode(nint error);

    [LibraryImport(Name, EntryPoint = "rd_kafka_error_string")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint ErrorMessage(nint error);

    [LibraryImport(Name, EntryPoint = "rd_kafka_error_is_fatal")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int IsFatal(nint error);

    [LibraryImport(Name, EntryPoint = "rd_kafka_error_txn_requires_abort")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int RequiresAbort(nint error);

    [LibraryImport(Name, EntryPoint = "rd_kafka_error_destroy")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void DestroyError(nint error);

    [LibraryImport(Name, EntryPoint = "rd_kafka_init_transactions")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint InitTransactions(nint client, int milliseconds);

    [LibraryImport(Name, EntryPoint = "rd_kafka_begin_transaction")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint BeginTransaction(nint client);

    [LibraryImport(Name, EntryPoint = "rd_kafka_commit_transaction")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint CommitTransaction(nint client, int milliseconds);

    [LibraryImport(Name, EntryPoint = "rd_kafka_abort_transaction")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint AbortTransaction(nint client, int milliseconds);

    [LibraryImport(Name, EntryPoint = "rd_kafka_oauthbearer_set_token", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int SetToken(nint client, string token, long expiresAtMilliseconds, string principal, nint extensions, nint extensionCount, byte* error, nint errorSize);

    [LibraryImport(Name, EntryPoint = "rd_kafka_oauthbearer_set_token_failure", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int SetTokenFailure(nint client, string reason);
}
