namespace Sluice.Runtime.DeadLetters;

/// <summary>Which dead letters are meant; what is null does not count.</summary>
public sealed record DeadLetterFilter
{
    /// <summary>Of this exporter.</summary>
    public string? Component { get; init; }

    /// <summary>Of this pipeline.</summary>
    public string? Pipeline { get; init; }

    /// <summary>With this text in the reason, whatever its case.</summary>
    public string? Reason { get; init; }

    /// <summary>Given up at this time or later, in nanoseconds since 1970.</summary>
    public long? SinceUnixNano { get; init; }

    /// <summary>Given up before this time, in nanoseconds since 1970.</summary>
    public long? UntilUnixNano { get; init; }

    /// <summary>These, by <see cref="DeadLetter.Key"/>.</summary>
    public IReadOnlyList<string>? Keys { get; init; }

    /// <summary>Nothing is asked for: it matches all.</summary>
    public bool IsEmpty => this is { Component: null, Pipeline: null, Reason: null, SinceUnixNano: null, UntilUnixNano: null, Keys: null };

    /// <summary>Whether a dead letter is meant.</summary>
    public bool Matches(DeadLetter letter)
    {
        var time = Telemetry.UnixTime.ToNano(letter.Time);
        return (Component is null || letter.Component == Component)
            && (Pipeline is null || letter.Pipeline == Pipeline)
            && (Reason is null || letter.Reason.Contains(Reason, StringComparison.OrdinalIgnoreCase))
            && (SinceUnixNano is null || time >= SinceUnixNano)
            && (UntilUnixNano is null || time < UntilUnixNano)
            && (Keys is null || Keys.Contains(letter.Key));
    }

    /// <summary>Whether a note is meant; never where keys are asked for, since it has none.</summary>
    public bool Matches(DeadLetterNote note)
    {
        var time = Telemetry.UnixTime.ToNano(note.Time);
        return (Component is null || note.Component == Component)
            && (Pipeline is null || note.Pipelines.Contains(Pipeline, StringComparer.Ordinal))
            && (Reason is null || note.Reason.Contains(Reason, StringComparison.OrdinalIgnoreCase))
            && (SinceUnixNano is null || time >= SinceUnixNano)
            && (UntilUnixNano is null || time < UntilUnixNano)
            && Keys is null;
    }
}
