using System.Globalization;
using System.Runtime.Versioning;

namespace Sluice.Journal;

/// <summary>Which file system a directory is on.</summary>
internal static class MountTable
{
    /// <summary>The type of the file system of a directory, as the system's mount table names it; null when that cannot be told.</summary>
    [SupportedOSPlatform("linux")]
    public static string? FindFileSystem(string directory)
    {
        try
        {
            // The kernel says of an open file which mount it is on, whatever links lead to it.
            using var handle = NativeFiles.OpenDirectory(directory);
            var descriptor = handle.DangerousGetHandle().ToString(CultureInfo.InvariantCulture);
            var id = File.ReadLines($"/proc/self/fdinfo/{descriptor}").FirstOrDefault(line => line.StartsWith("mnt_id:", StringComparison.Ordinal));
            return id is null ? null : FindType(File.ReadLines("/proc/self/mountinfo"), id["mnt_id:".Length..].Trim());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It only serves a warning: a system without /proc, or a directory that is not there, gets none.
            return null;
        }
    }

    /// <summary>Finds the type in lines of the form "id parent device root point options [fields…] - type source options".</summary>
    public static string? FindType(IEnumerable<string> mounts, string id)
    {
        foreach (var line in mounts)
        {
            var end = line.IndexOf(" - ", StringComparison.Ordinal);
            if (end > 0 && line.StartsWith(id + " ", StringComparison.Ordinal))
            {
                var type = line[(end + 3)..];
                return type[..(type.IndexOf(' ') is var space and >= 0 ? space : type.Length)];
            }
        }

        return null;
    }

    /// <summary>Whether what is written there is somebody else's to keep: locks and flushes may promise less.</summary>
    public static bool IsNetwork(string type) => type switch
    {
        "nfs" or "nfs4" or "cifs" or "smb3" or "smbfs" or "ncpfs" or "afs" or "coda" or "9p" or "virtiofs" => true,
        "ceph" or "lustre" or "gpfs" or "beegfs" or "gfs2" or "ocfs2" or "orangefs" or "pvfs2" or "panfs" or "glusterfs" => true,
        // Of these, which need a program of the user, only the ones that are known to be over local disks are not.
        _ => type.StartsWith("fuse.", StringComparison.Ordinal)
            && type is not ("fuse.fuse-overlayfs" or "fuse.ntfs-3g" or "fuse.ntfs" or "fuse.exfat" or "fuse.mergerfs" or "fuse.bindfs"
                or "fuse.encfs" or "fuse.gocryptfs" or "fuse.lxcfs"),
    };
}
