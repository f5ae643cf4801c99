using System.Runtime.InteropServices;

namespace Sluice.Components.Receivers.HostMetricsReceiver.Host;

/// <summary>Space of a file system.</summary>
/// <param name="Used">Bytes in use.</param>
/// <param name="Free">Bytes that everybody may use.</param>
/// <param name="Reserved">Bytes that are kept for the system.</param>
/// <param name="InodesUsed">Files there are.</param>
/// <param name="InodesFree">Files there may be more.</param>
internal readonly record struct FilesystemUsage(long Used, long Free, long Reserved, long InodesUsed, long InodesFree)
{
    /// <summary>Asks the kernel; null where it does not say, as of a file system that is gone.</summary>
    /// <param name="path">Where it is mounted, with a zero at the end.</param>
    public static FilesystemUsage? Of(ReadOnlySpan<byte> path)
    {
        if (!OperatingSystem.IsLinux() || NativeFilesystem.Read(in path[0], out var answer) != 0)
        {
            return null;
        }

        var size = (long)answer.FragmentSize;
        return new FilesystemUsage(
            (long)(answer.Blocks - answer.FreeBlocks) * size,
            (long)answer.AvailableBlocks * size,
            (long)(answer.FreeBlocks - answer.AvailableBlocks) * size,
            (long)(answer.Files - answer.FreeFiles),
            (long)answer.FreeFiles);
    }
}

/// <summary><c>struct statvfs</c> of Linux on 64 bits.</summary>
[StructLayout(LayoutKind.Sequential)]
internal record struct FilesystemStatus
{
    public ulong BlockSize;
    public ulong FragmentSize;
    public ulong Blocks;
    public ulong FreeBlocks;
    public ulong AvailableBlocks;
    public ulong Files;
    public ulong FreeFiles;
    public ulong AvailableFiles;
    public ulong Id;
    public ulong Flags;
    public ulong LongestName;
    public ulong Spare0;
    public ulong Spare1;
    public ulong Spare2;
}

/// <summary>The call of the C library.</summary>
internal static partial class NativeFilesystem
{
    [LibraryImport("libc", EntryPoint = "statvfs")]
    public static partial int Read(in byte path, out FilesystemStatus status);
}
