using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Sluice.Journal;

/// <summary>What the base library does not offer: directories as files, and a flush that hides no error.</summary>
[UnsupportedOSPlatform("windows")]
internal static partial class NativeFiles
{
    private const int InterruptedError = 4;
    private const int InvalidError = 22;

    /// <summary>Opens a directory for <see cref="FlushDirectory"/>.</summary>
    /// <exception cref="IOException">It cannot be opened; the result code is the system's error number.</exception>
    public static SafeFileHandle OpenDirectory(string path)
    {
        // Close-on-exec has different values; read-only is 0 everywhere.
        var flags = OperatingSystem.IsMacOS() ? 0x100_0000 : 0x8_0000;
        int descriptor;
        do
        {
            descriptor = Open(path, flags);
        }
        while (descriptor < 0 && Marshal.GetLastPInvokeError() == InterruptedError);

        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw LastError();
    }

    /// <summary>Makes the names in a directory durable.</summary>
    /// <exception cref="IOException">It failed; the result code is the system's error number.</exception>
    public static void FlushDirectory(SafeFileHandle directory)
    {
        // EINVAL: a file system on which directories cannot be flushed at all, as some network ones. It has no such promise to break.
        if (!TryFlush(directory) && Marshal.GetLastPInvokeError() != InvalidError)
        {
            throw LastError();
        }
    }

    /// <summary>
    /// Makes the bytes of a file durable. Unlike <see cref="RandomAccess.FlushToDisk"/> it reports the error of a file system that has turned
    /// read-only, which is how many disks die.
    /// </summary>
    /// <exception cref="IOException">It failed; the result code is the system's error number.</exception>
    [SupportedOSPlatform("linux")]
    public static void FlushFile(SafeFileHandle file)
    {
        if (!TryFlush(file))
        {
            throw LastError();
        }
    }

    private static bool TryFlush(SafeFileHandle file)
    {
        // An error of the disk is handed out at the end of a flush, so an interrupted one has taken none with it.
        int result;
        do
        {
            result = Flush(file);
        }
        while (result < 0 && Marshal.GetLastPInvokeError() == InterruptedError);

        return result == 0;
    }

    private static IOException LastError()
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException(Marshal.GetPInvokeErrorMessage(error), error);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Flush(SafeFileHandle file);
}
