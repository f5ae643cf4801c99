using System.Runtime.Versioning;

namespace Sluice.Journal.Tests.Files;

public sealed class MountTableTests
{
    private static readonly string[] Mounts =
    [
        "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
        "221 22 0:50 / /data rw,nosuid shared:7 master:2 - nfs4 server:/export rw,vers=4.2",
        "23 22 0:51 / /home/me/a\\040-\\040b rw - fuse.sshfs me@host: rw",
    ];

    [Theory]
    [InlineData("22", "ext4")]
    [InlineData("221", "nfs4")]
    [InlineData("23", "fuse.sshfs")]
    [InlineData("2", null)]
    public void The_type_is_found_by_the_id_of_the_mount(string id, string? type) => Assert.Equal(type, MountTable.FindType(Mounts, id));

    [Theory]
    [InlineData("ext4", false)]
    [InlineData("xfs", false)]
    [InlineData("tmpfs", false)]
    [InlineData("overlay", false)]
    [InlineData("fuse.ntfs-3g", false)]
    [InlineData("nfs4", true)]
    [InlineData("cifs", true)]
    [InlineData("9p", true)]
    [InlineData("ceph", true)]
    [InlineData("fuse.sshfs", true)]
    public void A_network_file_system_is_known_by_its_type(string type, bool network) => Assert.Equal(network, MountTable.IsNetwork(type));

    [Fact]
    [SupportedOSPlatform("linux")]
    public void The_type_of_a_real_directory_is_found()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The mount table is read on Linux only.");
        Assert.SkipUnless(Directory.Exists("/proc/self"), "There is no /proc here.");
        Assert.Equal("proc", MountTable.FindFileSystem("/proc"));
        Assert.NotNull(MountTable.FindFileSystem(Path.GetTempPath()));
        Assert.Null(MountTable.FindFileSystem("/not/there"));
    }
}
