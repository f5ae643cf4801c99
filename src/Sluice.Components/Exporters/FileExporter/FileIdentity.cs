using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Sluice.Components.Exporters.FileExporter;

/// <summary>
/// Tells whether a path still leads to the same file: device, inode and time of birth on Linux, where inodes are reused; elsewhere,
/// where there is no portable way to an inode, the time of creation alone.
/// </summary>
/// <param name="Device">Major number in the high, minor in the low half; 0 off Linux.</param>
/// <param name="Inode">The inode; 0 off Linux.</param>
/// <param name="Born">Nanoseconds since 1970, 0 where the file system does not keep it; off Linux ticks.</param>
internal readonly record struct FileIdentity(ulong Device, ulong Inode, long Born)
{
    private const int CurrentDirectory = -100;
    private const uint BasicStatsAndBirth = 0xFFF;
    private const uint BirthIsKnown = 0x800;

    /// <summary>The identity of the file that <paramref name="path"/> leads to now; null when there is none.</summary>
    /// <exception cref="IOException">It cannot be told, for example because a directory may not be searched.</exception>
    public static FileIdentity? Of(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return File.Exists(path) ? new FileIdentity(0, 0, File.GetCreationTimeUtc(path).Ticks) : null;
        }

        // struct statx has one layout on all architectures, unlike struct stat.
        var data = new byte[256];
        if (Statx(CurrentDirectory, path, 0, BasicStatsAndBirth, data) == 0)
        {
            return Read(data);
        }

        const int noEntry = 2;
        const int notDirectory = 20;
        var error = Marshal.GetLastPInvokeError();
        return error is noEntry or notDirectory
            ? null
            : throw new IOException($"{Marshal.GetPInvokeErrorMessage(error)}: '{path}'");
    }

    /// <summary>Reads the text form.</summary>
    public static bool TryParse(string text, out FileIdentity identity)
    {
        identity = default;
        var parts = text.Split('-');
        if (parts.Length != 3
            || !ulong.TryParse(parts[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var device)
            || !ulong.TryParse(parts[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var inode)
            || !long.TryParse(parts[2], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var born))
        {
            return false;
        }

        identity = new FileIdentity(device, inode, born);
        return true;
    }

    /// <summary>Three hexadecimal numbers.</summary>
    public override string ToString() => $"{Device:x}-{Inode:x}-{Born:x}";

    private static FileIdentity Read(ReadOnlySpan<byte> data)
    {
        var mask = BitConverter.ToUInt32(data);
        var device = ((ulong)BitConverter.ToUInt32(data[136..]) << 32) | BitConverter.ToUInt32(data[140..]);
        var born = (mask & BirthIsKnown) == 0
            ? 0
            : unchecked((BitConverter.ToInt64(data[80..]) * 1_000_000_000) + BitConverter.ToUInt32(data[88..]));
        return new FileIdentity(device, BitConverter.ToUInt64(data[32..]), born);
    }

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(int directory, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, [Out] byte[] data);
}
