namespace Sluice.Transport.Prometheus.Exposition;

/// <summary>
/// What becomes of names with characters that Prometheus before version 3 does not know, as a scraper asks for it with <c>escaping=</c>; see
/// https://prometheus.io/docs/instrumenting/escaping_schemes/.
/// </summary>
public enum NameEscaping
{
    /// <summary>Each of them becomes an underscore: what scrapers get that do not ask.</summary>
    Underscores,

    /// <summary>Names stay as they are, in quotes.</summary>
    AllowUtf8,

    /// <summary>Dots become <c>_dot_</c>, underscores and everything else two underscores.</summary>
    Dots,

    /// <summary>Names get <c>U__</c> in front, and everything else the number of the character between underscores.</summary>
    Values,
}
