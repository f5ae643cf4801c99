namespace Sluice.Journal;

/// <summary>A journal cannot be opened. The message says what is wrong, where, and what to do.</summary>
public sealed class JournalOpenException : Exception
{
    /// <summary>Creates one without a message.</summary>
    public JournalOpenException()
    {
    }

    /// <summary>Creates one.</summary>
    public JournalOpenException(string message)
        : base(message)
    {
    }

    /// <summary>Creates one with its cause.</summary>
    public JournalOpenException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
