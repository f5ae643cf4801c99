using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sluice.Journal.Benchmarks;

/// <summary>Makes the system forget what it has in memory of files, so that they are read from the disk. Linux only.</summary>
internal static partial class PageCache
{
    private const int DontNeed = 4;

    public static bool CanDrop => OperatingSystem.IsLinux();

    /// <summary>Flushes all files of a directory and lets go of their pages; other files of the machine stay where they are.</summary>
    public static void Drop(string directory)
    {
        foreach (var path in Directory.EnumerateFiles(directory))
        {
            using var file = File.OpenHandle(path, access: FileAccess.ReadWrite);
            RandomAccess.FlushToDisk(file);
            if (Advise(file, 0, 0, DontNeed) is var error and not 0)
            {
                throw new Win32Exception(error);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(SafeFileHandle file, nint offset, nint length, int advice);
}
