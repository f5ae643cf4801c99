namespace Sluice.Journal;

/// <summary>What a verification adds up.</summary>
internal sealed class VerificationCounts
{
    public List<JournalFault> Faults { get; } = [];

    public int Segments { get; set; }

    public int Sealed { get; set; }

    public int Spares { get; set; }

    public int Snapshots { get; set; }

    public long Groups { get; set; }

    public long Entries { get; set; }

    public long Records { get; set; }

    public long Bytes { get; set; }

    public long TornBytes { get; set; }

    public void Report(string? file, long? offset, string problem, string loses, string remedy) =>
        Faults.Add(new JournalFault { File = file, Offset = offset, Problem = problem, Loses = loses, Remedy = remedy });
}
