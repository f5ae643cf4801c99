namespace Sluice.Buffers;

/// <summary>A pool was disposed while buffers were still rented.</summary>
public sealed class BufferLeakException(string message) : Exception(message);
