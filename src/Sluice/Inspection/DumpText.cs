using System.Text;
using Sluice.Journal;

namespace Sluice.Inspection;

/// <summary>One group as a line for people.</summary>
internal static class DumpText
{
    public static string Write(DumpedGroup group)
    {
        var line = new StringBuilder();
        line.Append(Readable.Number(group.Lsn)).Append(' ').Append(group.Segment).Append(':').Append(Readable.Number(group.Offset));
        line.Append(' ').Append(Readable.Time(group.Received ?? group.Written)).Append(' ').Append(group.FirstRecord);
        line.Append(' ').Append(Readable.Size(group.Bytes)).Append(' ').Append(Readable.Count(group.Records, "record"));
        foreach (var entry in group.Entries)
        {
            line.Append($"; {entry.Topic}: {Readable.Count(entry.Records, "record")}, {Readable.Size(entry.Bytes)}");
        }

        foreach (var cursor in group.Cursors)
        {
            line.Append($"; cursor {cursor.Consumer}={cursor.To}");
        }

        if (group.Puts > 0 || group.Deletes > 0)
        {
            line.Append($"; {Readable.Count(group.Puts, "put")}, {Readable.Count(group.Deletes, "delete")}");
        }

        foreach (var change in group.Changes ?? [])
        {
            line.Append(change.ValueBytes is { } bytes
                ? $"; put {change.Table}[{Readable.Key(change.Key)}] {Readable.Size(bytes)}"
                : $"; delete {change.Table}[{Readable.Key(change.Key)}]");
        }

        foreach (var delta in group.Counters)
        {
            line.Append($"; {delta.Counter} {(delta.Delta < 0 ? "" : "+")}{Readable.Number(delta.Delta)}");
        }

        foreach (var change in group.Events)
        {
            line.Append("; ").Append(change);
        }

        if (group.Problem is { } problem)
        {
            line.Append("; its changes cannot be read: ").Append(problem);
        }

        return Readable.Text(line.ToString());
    }
}
