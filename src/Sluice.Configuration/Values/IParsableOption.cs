namespace Sluice.Configuration;

/// <summary>A value type of options that is written as one scalar; implement it to make a type bindable.</summary>
public interface IParsableOption<TSelf>
    where TSelf : IParsableOption<TSelf>
{
    /// <summary>Its name in the reference, such as <c>size</c>.</summary>
    static abstract string TypeName { get; }

    /// <summary>A phrase with an example for messages: <c>a size such as 64MiB</c>.</summary>
    static abstract string Expected { get; }

    /// <summary>Reads the text.</summary>
    /// <param name="text">As written.</param>
    /// <param name="value">The value, when true is returned.</param>
    /// <param name="problem">What is wrong with the text, without repeating it, when false is returned; empty to say only what is expected.</param>
    static abstract bool TryParse(string text, out TSelf value, out string problem);
}
