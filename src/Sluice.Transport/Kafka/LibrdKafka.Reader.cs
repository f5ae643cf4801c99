using System.Runtime.InteropServices;

namespace Sluice.Transport.Kafka;

/// <summary>What reading a topic once from end to end takes.</summary>
internal static unsafe partial class LibrdKafka
{
    public const int ConsumerType = 1;
    public const int EndOfPartition = -191;
    public const long OffsetBeginning = -2;

    /// <summary><c>rd_kafka_metadata_t</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Metadata
    {
        public int BrokerCount;
        public nint Brokers;
        public int TopicCount;
        public TopicMetadata* Topics;
    }

    /// <summary><c>rd_kafka_metadata_topic_t</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct TopicMetadata
    {
        public nint Name;
        public int PartitionCount;
        public nint Partitions;
        public int Error;
    }

    [LibraryImport(Name, EntryPoint = "rd_kafka_metadata")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int GetMetadata(nint client, int allTopics, nint topic, Metadata** metadata, int milliseconds);

    [LibraryImport(Name, EntryPoint = "rd_kafka_metadata_destroy")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void DestroyMetadata(Metadata* metadata);

    [LibraryImport(Name, EntryPoint = "rd_kafka_topic_partition_list_new")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint NewPartitions(int size);

    [LibraryImport(Name, EntryPoint = "rd_kafka_topic_partition_list_destroy")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void DestroyPartitions(nint partitions);

    [LibraryImport(Name, EntryPoint = "rd_kafka_topic_partition_list_add", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint AddPartition(nint partitions, string topic, int partition);

    [LibraryImport(Name, EntryPoint = "rd_kafka_topic_partition_list_set_offset", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int SetOffset(nint partitions, string topic, int partition, long offset);

    [LibraryImport(Name, EntryPoint = "rd_kafka_assign")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int AssignAll(nint client, nint partitions);

    [LibraryImport(Name, EntryPoint = "rd_kafka_consumer_poll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial Report* PollMessage(nint client, int milliseconds);

    [LibraryImport(Name, EntryPoint = "rd_kafka_message_destroy")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void DestroyMessage(Report* message);
}
