namespace Sluice.Search;

/// <summary>A search that cannot be answered; the message says why and what to do.</summary>
internal sealed class SearchException(string message, Exception? innerException = null) : Exception(message, innerException);
