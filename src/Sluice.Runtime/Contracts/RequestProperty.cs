namespace Sluice.Runtime.Contracts;

/// <summary>Something that is known of a request whose records an exporter delivers.</summary>
public readonly record struct RequestProperty
{
    private RequestProperty(string? headerName) => HeaderName = headerName;

    /// <summary>Who the sender proved to be.</summary>
    public static RequestProperty Subject { get; } = new(null);

    /// <summary>The name of the header in lower case; null for <see cref="Subject"/>.</summary>
    public string? HeaderName { get; }

    /// <summary>The values of a header, where the receiver keeps headers.</summary>
    /// <param name="name">Its name, in any case.</param>
    public static RequestProperty Header(string name) => new(name.ToLowerInvariant());

    /// <summary>What messages call it.</summary>
    public override string ToString() => HeaderName is null ? "the authenticated subject" : $"the header \"{HeaderName}\"";
}
