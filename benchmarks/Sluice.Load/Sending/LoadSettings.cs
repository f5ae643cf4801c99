namespace Sluice.Load.Sending;

/// <summary>What a run sends.</summary>
public sealed record LoadSettings
{
    /// <summary>Where it goes.</summary>
    public required LoadTarget Target { get; init; }

    /// <summary>The number of the run: part of every id, so that runs are told apart where they arrive.</summary>
    public required int Run { get; init; }

    /// <summary>Connections, each with one request at a time.</summary>
    public int Connections { get; init; } = 64;

    /// <summary>Records in a request.</summary>
    public int RecordsPerRequest { get; init; } = 100;

    /// <summary>Records per second over all connections; null for as many as are answered.</summary>
    public double? RecordsPerSecond { get; init; }

    /// <summary>For how long requests are begun; null for no end.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>
    /// For how long latencies are not counted yet. Until then the sender compiles its own code and makes its connections, and a short run would
    /// say more of that than of the receiver.
    /// </summary>
    public TimeSpan Settling { get; init; }

    /// <summary>How many requests are begun; null for no end.</summary>
    public long? Requests { get; init; }
}
