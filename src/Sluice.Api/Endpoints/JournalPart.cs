using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Monitoring;
using Sluice.Telemetry;

namespace Sluice.Api.Endpoints;

/// <summary>The journal's part of the status: what it holds, its files, and each consumer with its lag.</summary>
internal static class JournalPart
{
    public static void Write(Answer answer, IRuntimeStatus status, DateTimeOffset now)
    {
        var journal = status.Journal;
        var json = answer.Json;
        json.WriteStartObject("journal");
        json.WriteString("kind", journal.Kind);
        json.WriteNumber("bytes", journal.Bytes);
        json.WriteNumber("max_bytes", journal.MaxBytes);
        json.WriteNumber("groups", journal.Groups);
        json.WriteNumber("records", journal.Records);
        json.WriteNumber("refused_groups", journal.RefusedGroups);
        if (journal.Problem is { } problem)
        {
            json.WriteString("problem", problem);
        }

        if (journal.Disk is { } disk)
        {
            WriteDisk(answer, disk);
        }

        json.WriteStartArray("consumers");
        foreach (var consumer in journal.Consumers)
        {
            WriteConsumer(answer, consumer, status.OutlookOf(consumer.Name), UnixTime.ToNano(now));
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteDisk(Answer answer, JournalDiskStatus disk)
    {
        var json = answer.Json;
        json.WriteStartObject("disk");
        json.WriteString("directory", disk.Directory);
        json.WriteNumber("segment_bytes", disk.SegmentSize);
        json.WriteNumber("needed_segments", disk.NeededSegments);
        json.WriteNumber("retained_segments", disk.RetainedSegments);
        json.WriteNumber("spare_segments", disk.SpareSegments);
        json.WriteNumber("snapshot_bytes", disk.SnapshotBytes);
        json.WriteNumber("written_bytes", disk.WrittenBytes);
        json.WriteNumber("read_bytes", disk.ReadBytes);
        json.WriteNumber("read_records", disk.ReadRecords);
        json.WriteNumber("flushes", disk.Flushes);
        json.WriteNumber("failed_flushes", disk.FailedFlushes);
        json.WriteNumber("corrupt_groups", disk.CorruptGroups);
        json.WriteNumber("torn_bytes", disk.TornBytes);
        json.WriteEndObject();
    }

    private static void WriteConsumer(Answer answer, JournalConsumerStatus consumer, ConsumerOutlook outlook, long now)
    {
        var json = answer.Json;
        json.WriteStartObject();
        json.WriteString("name", consumer.Name);
        json.WriteString("cursor", consumer.Cursor.ToString());
        json.WriteBoolean("open", consumer.IsOpen);
        if (consumer.ClosedAt is { } closedAt)
        {
            answer.Time("orphan_since", closedAt);
        }

        json.WriteNumber("lag_records", consumer.Lag.Records);
        json.WriteNumber("lag_bytes", consumer.Lag.Bytes);
        json.WriteNumber("lag_seconds", Math.Round(consumer.Lag.AgeSeconds(now), 3));
        if (outlook.MaxLag is { } maxLag)
        {
            json.WriteNumber("max_lag_bytes", maxLag);
        }

        if (outlook.SecondsToFull is { } seconds)
        {
            json.WriteNumber("seconds_to_full", Math.Round(seconds, 1));
        }

        json.WriteNumber("dropped_records", consumer.DroppedRecords);
        json.WriteNumber("lost_records", consumer.LostRecords);
        json.WriteEndObject();
    }
}
