namespace Sluice.Setup;

/// <summary>A setup that cannot be done; the message says why and what to do.</summary>
internal sealed class SetupException(string message, Exception? innerException = null) : Exception(message, innerException);
