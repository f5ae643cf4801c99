namespace Sluice.Store.Files;

/// <summary>What a row of <c>names</c> names.</summary>
internal enum NameKind
{
    /// <summary>A service.</summary>
    Service = 0,

    /// <summary>An event.</summary>
    Event = 1,

    /// <summary>A span.</summary>
    Span = 2,

    /// <summary>A metric.</summary>
    Metric = 3,
}
