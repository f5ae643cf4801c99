using System.Diagnostics;

namespace Sluice.EndToEnd.Support;

/// <summary>
/// A file system of a few MiB in a directory of a test: ext4 in an image file, mounted through a loop device. Only root can have one, and
/// not in every container; <see cref="TryCreateAsync"/> says so. Dispose it after whatever uses it has ended.
/// </summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private const string Filler = "filler";

    private readonly string _image;

    private SmallDisk(string image, string path)
    {
        _image = image;
        Path = path;
    }

    /// <summary>Where it is mounted.</summary>
    public string Path { get; }

    /// <summary>Makes one and mounts it.</summary>
    /// <param name="directory">Of the test; the image and the mount point are made in it.</param>
    /// <param name="megabytes">Its size.</param>
    /// <returns>Null when it cannot be mounted here.</returns>
    public static async Task<SmallDisk?> TryCreateAsync(string directory, int megabytes)
    {
        var disk = new SmallDisk(System.IO.Path.Combine(directory, "disk.img"), System.IO.Path.Combine(directory, "disk"));
        Directory.CreateDirectory(disk.Path);
        using (var image = File.OpenHandle(disk._image, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.SetLength(image, (long)megabytes << 20);
        }

        // No blocks kept for root, no journal to speak of, and an error makes it read-only, as on a real one.
        if (await RunAsync("mkfs.ext4", "-q", "-m", "0", "-J", "size=1", disk._image)
            && await RunAsync("mount", "-o", "loop,errors=remount-ro", disk._image, disk.Path))
        {
            return disk;
        }

        File.Delete(disk._image);
        return null;
    }

    /// <summary>Takes all the space that is left.</summary>
    public void Fill()
    {
        using var filler = new FileStream(System.IO.Path.Combine(Path, Filler), FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var piece = new byte[1 << 16]; piece.Length > 0;)
        {
            try
            {
                filler.Write(piece);
            }
            catch (IOException)
            {
                // Full for pieces of this size.
                piece = new byte[piece.Length / 2];
            }
        }
    }

    /// <summary>Gives back what <see cref="Fill"/> took.</summary>
    public void Free() => File.Delete(System.IO.Path.Combine(Path, Filler));

    /// <summary>Lets the file system find an error, whereupon the kernel makes it read-only under whoever writes.</summary>
    public async Task BreakAsync()
    {
        var device = (await File.ReadAllLinesAsync("/proc/mounts")).Single(line => line.Split(' ')[1] == Path).Split(' ')[0];
        await File.WriteAllTextAsync($"/sys/fs/ext4/{System.IO.Path.GetFileName(device)}/trigger_fs_error", "1");
    }

    /// <summary>Mounts it read-only; nobody may have a file of it open.</summary>
    public Task SetReadOnlyAsync() => MustRunAsync("mount", "-o", "remount,ro", Path);

    /// <summary>What an administrator does after <see cref="BreakAsync"/>: unmounts, checks and mounts again.</summary>
    public async Task RepairAsync()
    {
        await MustRunAsync("umount", Path);

        // It exits with 1 when it corrected something.
        await RunAsync("e2fsck", "-fy", _image);
        await MustRunAsync("mount", "-o", "loop,errors=remount-ro", _image, Path);
    }

    public async ValueTask DisposeAsync()
    {
        await MustRunAsync("umount", Path);
        File.Delete(_image);
    }

    private static async Task MustRunAsync(string command, params string[] arguments) =>
        Assert.True(await RunAsync(command, arguments), $"{command} {string.Join(' ', arguments)} failed");

    private static async Task<bool> RunAsync(string command, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            await process.WaitForExitAsync();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // There is no such command.
            return false;
        }
    }
}
