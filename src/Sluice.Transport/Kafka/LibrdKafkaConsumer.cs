using System.Runtime.InteropServices;

namespace Sluice.Transport.Kafka;

/// <summary>The functions of librdkafka that <see cref="KafkaConsumer"/> calls, and the structures that they hand out (<c>rdkafka.h</c>, 1.9 and newer).</summary>
internal static unsafe partial class LibrdKafkaConsumer
{
    /// <summary><c>RD_KAFKA_CONSUMER</c>.</summary>
    public const int Consumer = 1;

    /// <summary><c>RD_KAFKA_OFFSET_INVALID</c>: none.</summary>
    public const long NoOffset = -1001;

    /// <summary><c>RD_KAFKA_OFFSET_STORED</c>: the one that the group committed.</summary>
    public const long CommittedOffset = -1000;

    /// <summary><c>RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS</c>.</summary>
    public const int AssignPartitions = -175;

    /// <summary><c>RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS</c>.</summary>
    public const int RevokePartitions = -174;

    /// <summary><c>RD_KAFKA_RESP_ERR__FATAL</c>: the client can never work again.</summary>
    public const int Fatal = -150;

    /// <summary><c>RD_KAFKA_CONF_UNKNOWN</c>.</summary>
    public const int UnknownProperty = -2;

    private const string Library = LibrdKafka.Name;

    /// <summary><c>rd_kafka_message_t</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Message
    {
        public int Error;
        public nint Topic;
        public int Partition;
        public byte* Payload;
        public nuint Length;
        public byte* Key;
        public nuint KeyLength;
        public long Offset;
        public nint Private;
    }

    /// <summary><c>rd_kafka_topic_partition_t</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct TopicPartition
    {
        public byte* Topic;
        public int Partition;
        public long Offset;
        public nint Metadata;
        public nuint MetadataSize;
        public nint Opaque;
        public int Error;
        public nint Private;
    }

    /// <summary><c>rd_kafka_topic_partition_list_t</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PartitionList
    {
        public int Count;
        public int Size;
        public TopicPartition* Items;
    }

    /// <summary>The bytes of a text that ends with a zero.</summary>
    public static ReadOnlySpan<byte> TextAt(byte* text)
    {
        var length = 0;
        while (text[length] != 0)
        {
            length++;
        }

        return new ReadOnlySpan<byte>(text, length);
    }

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_new")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint NewConfiguration();

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_destroy")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void DestroyConfiguration(nint configuration);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Set(nint configuration, string name, string value, Span<byte> error, nuint errorLength);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set_opaque")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void SetOpaque(nint configuration, nint opaque);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set_log_cb")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void SetLog(nint configuration, delegate* unmanaged<nint, int, byte*, byte*, void> callback);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set_error_cb")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void SetError(nint configuration, delegate* unmanaged<nint, int, byte*, nint, void> callback);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set_rebalance_cb")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void SetRebalance(nint configuration, delegate* unmanaged<nint, int, PartitionList*, nint, void> callback);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set_offset_commit_cb")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void SetOffsetCommit(nint configuration, delegate* unmanaged<nint, int, PartitionList*, nint, void> callback);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set_oauthbearer_token_refresh_cb")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void SetTokenRefresh(nint configuration, delegate* unmanaged<nint, byte*, nint, void> callback);

    [LibraryImport(Library, EntryPoint = "rd_kafka_opaque")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint Opaque(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_new")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint New(int type, nint configuration, Span<byte> error, nuint errorLength);

    [LibraryImport(Library, EntryPoint = "rd_kafka_destroy")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void Destroy(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_fatal_error")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int FatalError(nint client, Span<byte> error, nuint errorLength);

    [LibraryImport(Library, EntryPoint = "rd_kafka_poll_set_consumer")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int PollSetConsumer(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_subscribe")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Subscribe(nint client, PartitionList* topics);

    [LibraryImport(Library, EntryPoint = "rd_kafka_consumer_poll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial Message* Poll(nint client, int timeoutMilliseconds);

    [LibraryImport(Library, EntryPoint = "rd_kafka_message_destroy")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [SuppressGCTransition]
    public static partial void DestroyMessage(Message* message);

    [LibraryImport(Library, EntryPoint = "rd_kafka_message_timestamp")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [SuppressGCTransition]
    public static partial long Timestamp(Message* message, out int kind);

    [LibraryImport(Library, EntryPoint = "rd_kafka_message_headers")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Headers(Message* message, out nint headers);

    [LibraryImport(Library, EntryPoint = "rd_kafka_header_get_all")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Header(nint headers, nuint index, out byte* name, out byte* value, out nuint length);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_name")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint TopicName(nint topic);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_partition_list_new")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial PartitionList* NewList(int size);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_partition_list_add", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial TopicPartition* Add(PartitionList* list, string topic, int partition);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_partition_list_destroy")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void DestroyList(PartitionList* list);

    [LibraryImport(Library, EntryPoint = "rd_kafka_committed")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Committed(nint client, PartitionList* partitions, int timeoutMilliseconds);

    [LibraryImport(Library, EntryPoint = "rd_kafka_commit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Commit(nint client, PartitionList* offsets, int isAsync);

    [LibraryImport(Library, EntryPoint = "rd_kafka_rebalance_protocol")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint RebalanceProtocol(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_assignment_lost")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int AssignmentLost(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_assign")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Assign(nint client, PartitionList* partitions);

    [LibraryImport(Library, EntryPoint = "rd_kafka_incremental_assign")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint IncrementalAssign(nint client, PartitionList* partitions);

    [LibraryImport(Library, EntryPoint = "rd_kafka_incremental_unassign")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint IncrementalUnassign(nint client, PartitionList* partitions);

    [LibraryImport(Library, EntryPoint = "rd_kafka_error_string")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint ErrorText(nint error);

    [LibraryImport(Library, EntryPoint = "rd_kafka_error_destroy")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void DestroyError(nint error);

    [LibraryImport(Library, EntryPoint = "rd_kafka_pause_partitions")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Pause(nint client, PartitionList* partitions);

    [LibraryImport(Library, EntryPoint = "rd_kafka_resume_partitions")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Resume(nint client, PartitionList* partitions);

    [LibraryImport(Library, EntryPoint = "rd_kafka_seek_partitions")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint Seek(nint client, PartitionList* partitions, int timeoutMilliseconds);

    [LibraryImport(Library, EntryPoint = "rd_kafka_get_watermark_offsets", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Watermarks(nint client, string topic, int partition, out long low, out long high);

    [LibraryImport(Library, EntryPoint = "rd_kafka_metadata")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Metadata(nint client, int allTopics, nint onlyTopic, out nint metadata, int timeoutMilliseconds);

    [LibraryImport(Library, EntryPoint = "rd_kafka_metadata_destroy")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void DestroyMetadata(nint metadata);

    [LibraryImport(Library, EntryPoint = "rd_kafka_consumer_close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Close(nint client);
}
