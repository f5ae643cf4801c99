using System.Text;
using Sluice.Journal;

namespace Sluice.Inspection;

/// <summary>What a verification found, for people.</summary>
internal static class JournalVerificationText
{
    public static string Write(JournalVerification found)
    {
        var output = new StringBuilder();
        foreach (var fault in found.Faults)
        {
            var place = fault.File is null ? found.Directory : fault.Offset is { } offset ? $"{fault.File}, byte {Readable.Number(offset)}" : fault.File;
            output.Append(Readable.Text($"{place}: {fault.Problem}")).Append('\n');
            output.Append(Readable.Text($"  lost: {fault.Loses}")).Append('\n');
            output.Append(Readable.Text($"  to do: {fault.Remedy}")).Append("\n\n");
        }

        output.Append(Readable.Text(found.Directory)).Append(": ").Append(found.Faults.Count == 0 ? "no fault" : Readable.Count(found.Faults.Count, "fault"));
        output.Append($" in {Readable.Count(found.Segments, "segment")} ({Readable.Number(found.SealedSegments)} sealed), ");
        output.Append($"{Readable.Count(found.SpareFiles, "spare file")}, {Readable.Number(found.Snapshots)} {(found.Snapshots == 1 ? "snapshot copy" : "snapshot copies")}; ");
        output.Append($"{Readable.Count(found.Groups, "group")}, {Readable.Number(found.Entries)} {(found.Entries == 1 ? "entry" : "entries")}, {Readable.Count(found.Records, "record")}; ");
        output.Append($"{Readable.Size(found.Bytes)} read in {Readable.Duration(found.Seconds)}\n");
        if (found.TornBytes > 0)
        {
            output.Append($"{Readable.Size(found.TornBytes)} behind the last group are unfinished: {(found.Holder is null ? "a crash left them" : "they are being written")}; nothing of them was acknowledged.\n");
        }

        if (found.LostRecords is > 0 and var lost)
        {
            output.Append($"The next start will count {Readable.Count(lost, "record")} as lost that consumers have not settled, once for each of them.\n");
        }

        if (found.Holder is { } holder)
        {
            output.Append($"Process {Readable.Number(holder.ProcessId)} has the journal in use.\n");
        }

        if (!found.IsConsistent)
        {
            output.Append("The journal was changing too fast for one consistent look: a fault named here may be a file that was only taken away. Try again.\n");
        }

        return output.ToString().TrimEnd();
    }
}
