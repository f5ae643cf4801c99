namespace Sluice.Journal;

/// <summary>Says of an error of the file system what was tried, where, why it failed, and what to do.</summary>
internal static class FileErrors
{
    /// <summary>An error that <see cref="Explain"/> takes. The base library calls a file that may not grow further an argument error.</summary>
    public static bool IsFileError(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException;

    /// <summary>The same error with a message for an operator.</summary>
    /// <param name="exception">What the system said.</param>
    /// <param name="action">What was tried, as in "Writing 4096 bytes at 8192 of".</param>
    /// <param name="path">On what.</param>
    public static Exception Explain(Exception exception, string action, string path)
    {
        var message = $"{action} {path} failed: {Reason(exception)}";
        return exception switch
        {
            UnauthorizedAccessException => new UnauthorizedAccessException(message, exception),
            FileNotFoundException => new FileNotFoundException(message, path, exception),
            DirectoryNotFoundException => new DirectoryNotFoundException(message, exception),
            _ => new IOException(message, exception) { HResult = exception.HResult },
        };
    }

    private static string Reason(Exception exception) => exception switch
    {
        UnauthorizedAccessException =>
            "this user may not do that. Let it read and write the directory and all files in it, or choose another directory.",
        FileNotFoundException => "it is not there.",
        DirectoryNotFoundException => "there is no such directory.",
        ArgumentOutOfRangeException => "the file would be larger than the file system or the process's limit permits.",
        _ => ReasonOfCode(exception.HResult) ?? exception.Message,
    };

    /// <summary>On Unix the result code of the base library's errors is the system's number.</summary>
    private static string? ReasonOfCode(int code) => (uint)code switch
    {
        28 or 0x80070070 or 0x80070027 => "the disk is full. Free space on it, or give the journal a smaller max_size.",
        122 when OperatingSystem.IsLinux() => QuotaReason,
        69 when OperatingSystem.IsMacOS() => QuotaReason,
        30 or 0x80070013 =>
            "the file system is read-only. A system makes it so after errors of the disk: see the system's log, then mount it writable again.",
        5 or 0x8007045D => "the disk reports an input/output error. See the system's log, and replace the disk if it says so.",
        24 or 0x80070004 => "the process has as many files open as it may. Raise its limit of open files.",
        23 => "the system has as many files open as it may. Raise its limit of open files.",
        _ => null,
    };

    private const string QuotaReason = "this user's quota of the disk is used up. Raise it, or give the journal a smaller max_size.";
}
