using System.Runtime.InteropServices;

namespace Sluice.Components.Receivers.HostMetricsReceiver.Host;

/// <summary>
/// The calls of the C library that read files of the kernel. They take paths as bytes that end with a zero: opening a file of each process by the
/// base library would make a path, a handle and a lock for each.
/// </summary>
internal static partial class NativeFiles
{
    /// <summary>Read only, closed in programs that are started; the same on every processor that .NET runs on with Linux.</summary>
    public const int ReadOnly = 0x8_0000;

    /// <summary>EINTR: a signal came in between.</summary>
    public const int Interrupted = 4;

    /// <summary>ENOENT: there is no such file.</summary>
    public const int Missing = 2;

    /// <summary>ESRCH: there is no such process.</summary>
    public const int NoProcess = 3;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    public static partial int Open(in byte path, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, ref byte buffer, nint length);

    [LibraryImport("libc", EntryPoint = "readlink", SetLastError = true)]
    public static partial nint ReadLink(in byte path, ref byte buffer, nint length);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);
}
