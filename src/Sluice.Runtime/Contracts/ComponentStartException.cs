namespace Sluice.Runtime.Contracts;

/// <summary>A component cannot start for a reason that its user can remove; the message says what, where and what to do.</summary>
public sealed class ComponentStartException : Exception
{
    /// <summary>Creates it.</summary>
    /// <param name="message">What is wrong and what to change, naming the configuration key.</param>
    /// <param name="innerException">What was seen.</param>
    public ComponentStartException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
