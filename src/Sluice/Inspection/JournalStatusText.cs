using System.Globalization;
using System.Text;
using Sluice.Journal;

namespace Sluice.Inspection;

/// <summary>The status of a journal for people.</summary>
internal static class JournalStatusText
{
    public static string Write(JournalInspection status)
    {
        var output = new StringBuilder();
        Line(output, "journal", Readable.Text(status.Directory));
        Line(output, "id", status.JournalId.ToString());
        Line(output, "format", Readable.Number(status.FormatVersion));
        Line(output, "epoch", status.Epoch ?? "-");
        Line(output, "in use by", status.Holder is { } holder ? $"process {Readable.Number(holder.ProcessId)}" : "nobody");
        Line(output, "newest", status.NewestGroupAgeSeconds is { } age ? $"received {Readable.Duration(age)} ago; the next group is {status.NextLsn}" : $"the next group is {status.NextLsn}");
        Line(output, "holds", Holds(status));
        Line(output, "snapshot", status.Snapshot is { } snapshot ? Describe(snapshot) : "none yet");
        Segments(output, status.Segments);
        Topics(output, status.Topics);
        Consumers(output, status.Consumers);
        Tables(output, status.Tables);
        Counters(output, status.Counters);
        if (!status.IsConsistent)
        {
            output.Append("\nThe journal was changing too fast for one consistent look: losses named here may be segments that were only taken away. Try again.\n");
        }

        if (status.Warnings.Count > 0)
        {
            output.Append("\nwarnings\n");
            foreach (var warning in status.Warnings)
            {
                output.Append("  ").Append(Readable.Text(warning)).Append('\n');
            }
        }

        return output.ToString().TrimEnd();
    }

    private static void Line(StringBuilder output, string name, string value) => output.Append(name.PadRight(10)).Append(value).Append('\n');

    private static string Holds(JournalInspection status)
    {
        var text = Readable.Size(status.NeededBytes);
        if (status.MaxSize is { } max)
        {
            text += string.Create(CultureInfo.InvariantCulture, $" of {Readable.Size(max)} ({100.0 * status.NeededBytes / max:0.#} %)");
        }

        if (status.GrowthBytesPerSecond is { } growth)
        {
            text += $", growing {Readable.Size((long)growth)}/s";
        }

        return status.SecondsToFull is { } seconds ? $"{text}, full in {Readable.Duration(seconds)} at the earliest" : text;
    }

    private static string Describe(InspectedSnapshot snapshot) =>
        $"of group {snapshot.Lsn}, {Readable.Size(snapshot.Bytes)}{(snapshot.AgeSeconds is { } age ? $", {Readable.Duration(age)} old" : "")}; {Readable.Count(snapshot.ReplayedGroups, "group")} behind it";

    private static void Segments(StringBuilder output, IReadOnlyList<InspectedSegment> segments)
    {
        var table = new TextTable("file", "state", ">number", ">first", ">next", ">entries", ">records", ">used", ">of", "oldest", "newest");
        foreach (var segment in segments)
        {
            table.Add(
                segment.File,
                segment.State.ToString().ToLowerInvariant(),
                Readable.Number(segment.Number),
                Readable.Number(segment.FirstLsn),
                Readable.Number(segment.NextLsn),
                Readable.Number(segment.Entries),
                Readable.Number(segment.Records),
                Readable.Size(segment.UsedBytes),
                Readable.Size(segment.FileBytes),
                Readable.Time(segment.Oldest),
                Readable.Time(segment.Newest));
        }

        Append(output, "segments", segments.Count, table);
    }

    private static void Topics(StringBuilder output, IReadOnlyList<InspectedTopic> topics)
    {
        var table = new TextTable("topic", ">entries", ">records", ">bytes");
        foreach (var topic in topics)
        {
            table.Add(Readable.Text(topic.Name), Readable.Number(topic.Entries), Readable.Number(topic.Records), Readable.Size(topic.Bytes));
        }

        Append(output, "topics", topics.Count, table);
    }

    private static void Consumers(StringBuilder output, IReadOnlyList<InspectedConsumer> consumers)
    {
        var table = new TextTable("consumer", "cursor", ">lag", ">records", ">age", ">max lag", "when full", ">dropped", ">lost", "unread since");
        foreach (var consumer in consumers)
        {
            table.Add(
                Readable.Text(consumer.Name),
                consumer.Cursor.ToString(),
                Readable.Size(consumer.LagBytes),
                Readable.Number(consumer.LagRecords),
                Readable.Duration(consumer.LagSeconds),
                consumer.MaxLag is { } maxLag ? Readable.Size(maxLag) : "-",
                consumer.OnFull == OnFull.DropOldest ? "drop_oldest" : "reject",
                Readable.Number(consumer.DroppedRecords),
                Readable.Number(consumer.LostRecords),
                Readable.Time(consumer.OrphanSince));
        }

        Append(output, "consumers", consumers.Count, table);
    }

    private static void Tables(StringBuilder output, IReadOnlyList<InspectedTable> tables)
    {
        var table = new TextTable("table", ">entries", ">bytes", ">max entries", ">expiry", ">evicted");
        foreach (var inspected in tables)
        {
            table.Add(
                Readable.Text(inspected.Name),
                Readable.Number(inspected.Entries),
                Readable.Size(inspected.Bytes),
                Readable.Number(inspected.MaxEntries),
                inspected.ExpirySeconds is { } expiry ? Readable.Duration(expiry) : "-",
                Readable.Number(inspected.Evicted));
        }

        Append(output, "tables", tables.Count, table);
    }

    private static void Counters(StringBuilder output, IReadOnlyList<InspectedCounter> counters)
    {
        var table = new TextTable("counter", ">value");
        foreach (var counter in counters)
        {
            table.Add(Readable.Text(counter.Name), Readable.Number(counter.Value));
        }

        Append(output, "counters", counters.Count, table);
    }

    private static void Append(StringBuilder output, string title, int count, TextTable table)
    {
        output.Append('\n').Append(title).Append(": ").Append(count == 0 ? "none" : Readable.Number(count)).Append('\n');
        if (count > 0)
        {
            table.AppendTo(output);
        }
    }
}
