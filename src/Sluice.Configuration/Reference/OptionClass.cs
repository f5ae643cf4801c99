namespace Sluice.Configuration;

/// <summary>What becomes of a key.</summary>
public enum OptionClass
{
    /// <summary>It does what its documentation says.</summary>
    Implemented,

    /// <summary>It is accepted without effect, with a warning.</summary>
    Ignored,

    /// <summary>It is an error that names the alternative.</summary>
    Unsupported,
}
