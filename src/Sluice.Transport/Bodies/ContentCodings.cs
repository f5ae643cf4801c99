namespace Sluice.Transport.Bodies;

/// <summary>Content codings (RFC 9110, section 8.4.1) that can be undone.</summary>
[Flags]
public enum ContentCodings
{
    /// <summary>None at all, not even plain bodies.</summary>
    None = 0,

    /// <summary>Sent as it is.</summary>
    Identity = 1,

    /// <summary>RFC 1952.</summary>
    Gzip = 2,

    /// <summary>RFC 1950, the zlib format: what HTTP calls <c>deflate</c>, and the Collector <c>zlib</c> too.</summary>
    Zlib = 4,

    /// <summary>All of them.</summary>
    All = Identity | Gzip | Zlib,
}
