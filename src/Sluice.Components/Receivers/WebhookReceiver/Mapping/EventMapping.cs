namespace Sluice.Components.Receivers.WebhookReceiver.Mapping;

/// <summary>How the requests of a sender become records.</summary>
internal sealed record EventMapping
{
    /// <summary>What the names of events begin with, such as <c>github.</c></summary>
    public string NamePrefix { get; init; } = "";

    /// <summary>Where the parts of the name stand, joined by dots; those that are absent are left out.</summary>
    public IReadOnlyList<ValueSource> Name { get; init; } = [];

    /// <summary>Where the time of the event may stand.</summary>
    public IReadOnlyList<ValueSource> Time { get; init; } = [];

    /// <summary>Where the id of the delivery may stand.</summary>
    public IReadOnlyList<ValueSource> Id { get; init; } = [];

    /// <summary>Where a word may stand that says how grave it is.</summary>
    public IReadOnlyList<ValueSource> Severity { get; init; } = [];

    /// <summary>Attributes of the records.</summary>
    public IReadOnlyList<AttributeRule> Attributes { get; init; } = [];

    /// <summary>Attributes of what the records are about: its service, version and environment.</summary>
    public IReadOnlyList<AttributeRule> Resource { get; init; } = [];

    /// <summary>The array in the body whose elements are the records; null when the body is one.</summary>
    public string? Elements { get; init; }
}
