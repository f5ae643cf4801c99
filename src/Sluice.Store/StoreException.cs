namespace Sluice.Store;

/// <summary>The store could not do what was asked; the message names the file and what was seen.</summary>
public sealed class StoreException : Exception
{
    /// <summary>Creates it.</summary>
    public StoreException(StoreFailure failure, string message, Exception? innerException = null)
        : base(message, innerException) => Failure = failure;

    /// <summary>The kind of failure.</summary>
    public StoreFailure Failure { get; }
}
