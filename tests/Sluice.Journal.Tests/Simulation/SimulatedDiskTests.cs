using Sluice.Testing;

namespace Sluice.Journal.Tests.Simulation;

/// <summary>The simulated disk does to the bytes what it says: a test that trusts it is worth what it is.</summary>
public sealed class SimulatedDiskTests
{
    private const int Seeds = 1000;
    private const int Sector = 512;

    public SimulatedDiskTests(ITestOutputHelper output) => output.WriteLine($"SLUICE_SEED={RandomSeed.Value}");

    [Fact]
    public void What_was_flushed_with_its_name_survives_every_power_cut()
    {
        foreach (var disk in Disks())
        {
            using var files = new SimulatedFiles(disk);
            using var file = files.Open("a", JournalFileAccess.Create);
            file.Write(0, Filled(10_000, 1));
            file.Write(3000, Filled(500, 2));
            file.Flush();
            files.FlushDirectory();
            var expected = Filled(10_000, 1);
            Filled(500, 2).CopyTo(expected, 3000);
            Assert.Equal(expected, Content(disk.PowerCut(), "a"));
            Assert.Equal(expected, Content(disk.PowerCut().PowerCut(), "a"));
        }
    }

    [Fact]
    public void What_was_not_flushed_is_kept_dropped_torn_and_reordered()
    {
        int nothing = 0, everything = 0, mixed = 0, torn = 0, garbage = 0, reordered = 0, shortened = 0;
        foreach (var disk in Disks())
        {
            using var files = new SimulatedFiles(disk);
            using var file = files.Open("a", JournalFileAccess.Create);
            file.Write(0, Filled(8 * Sector, 9));
            file.Flush();
            files.FlushDirectory();
            for (byte i = 0; i < 16; i++)
            {
                // The last half lies behind what was flushed.
                file.Write(i * Sector, Filled(Sector, (byte)(i + 1)));
            }

            var content = Content(disk.PowerCut(), "a");
            shortened += content.Length < 16 * Sector ? 1 : 0;
            var states = Enumerable.Range(0, Math.Min(16, content.Length / Sector)).Select(StateOf).ToList();
            nothing += states.TrueForAll(state => state == 'o') ? 1 : 0;
            everything += states.Count == 16 && states.TrueForAll(state => state == 'n') ? 1 : 0;
            mixed += states.Contains('o') && states.Contains('n') ? 1 : 0;
            torn += states.Contains('t') ? 1 : 0;
            garbage += states.Contains('g') ? 1 : 0;
            reordered += states.IndexOf('o') is >= 0 and var lost && states.LastIndexOf('n') > lost ? 1 : 0;

            char StateOf(int sector)
            {
                var bytes = content.AsSpan(sector * Sector, Sector);
                var old = (byte)(sector < 8 ? 9 : 0);
                var fresh = (byte)(sector + 1);
                var kept = bytes.IndexOfAnyExcept(fresh) is var at and >= 0 ? at : Sector;
                return kept == Sector ? 'n'
                    : bytes[kept..].ContainsAnyExcept(old) ? 'g'
                    : kept == 0 ? 'o' : 't';
            }
        }

        Assert.All([nothing, everything, mixed, torn, garbage, reordered, shortened], count => Assert.InRange(count, 10, Seeds - 10));
    }

    [Fact]
    public void A_sector_written_twice_holds_one_of_its_versions_or_a_tear_between_them()
    {
        var seen = new HashSet<int>();
        foreach (var disk in Disks())
        {
            using var files = new SimulatedFiles(disk);
            using var file = files.Open("a", JournalFileAccess.Create);
            file.Write(0, Filled(Sector, 1));
            file.Flush();
            files.FlushDirectory();
            file.Write(0, Filled(100, 2));
            file.Write(100, Filled(100, 3));
            var content = Content(disk.PowerCut(), "a");
            if (content.AsSpan(200).ContainsAnyExcept((byte)1))
            {
                continue;
            }

            seen.Add(content[0] * 10 + content[100]);
        }

        // The second part never without the first: the system writes the page as it stands.
        Assert.Superset(new HashSet<int> { 11, 21, 23 }, seen);
        Assert.DoesNotContain(13, seen);
    }

    [Fact]
    public void Names_that_were_not_flushed_survive_or_not_each_for_itself()
    {
        var seen = new HashSet<string>();
        foreach (var disk in Disks())
        {
            using var files = new SimulatedFiles(disk);
            foreach (var name in new[] { "deleted", "renamed" })
            {
                files.Open(name, JournalFileAccess.Create).Dispose();
            }

            files.FlushDirectory();
            files.Open("created", JournalFileAccess.Create).Dispose();
            files.Delete("deleted");
            files.Rename("renamed", "other");
            Assert.Equal(["created", "other"], files.List().Order());
            seen.Add(string.Join(' ', new SimulatedFiles(disk.PowerCut()).List().Order()));
            files.FlushDirectory();
            Assert.Equal(["created", "other"], new SimulatedFiles(disk.PowerCut()).List().Order());
        }

        var expected = from created in new[] { "created ", "" }
                       from deleted in new[] { "deleted ", "" }
                       from renamed in new[] { "other", "renamed" }
                       select created + deleted + renamed;
        Assert.Equal(expected.Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_file_that_took_the_name_of_another_by_renaming_leaves_one_of_them_whole()
    {
        foreach (var disk in Disks())
        {
            using var files = new SimulatedFiles(disk);
            foreach (var name in new[] { "a", "b" })
            {
                using var file = files.Open(name, JournalFileAccess.Create);
                file.Write(0, Filled(5000, (byte)name[0]));
                file.Flush();
            }

            files.FlushDirectory();
            files.Rename("b", "a");
            var content = Content(disk.PowerCut(), "a");
            Assert.True(content.AsSpan().SequenceEqual(Filled(5000, (byte)'a')) || content.AsSpan().SequenceEqual(Filled(5000, (byte)'b')));
            Assert.Equal(Filled(5000, (byte)'b'), Content(disk, "a"));
        }
    }

    [Fact]
    public void After_a_failed_flush_the_next_one_succeeds_and_the_bytes_are_lost_all_the_same()
    {
        var lost = 0;
        foreach (var disk in Disks())
        {
            var failed = false;
            disk.Before = operation => operation.Kind == DiskOperationKind.Flush && !failed && (failed = true) ? DiskFault.Fail() : DiskFault.None;
            using var files = new SimulatedFiles(disk);
            using var file = files.Open("a", JournalFileAccess.Create);
            files.FlushDirectory();
            file.Write(0, Filled(4096, 1));
            var error = Assert.Throws<IOException>(file.Flush);
            Assert.Contains("/simulated/a", error.Message, StringComparison.Ordinal);
            file.Flush();
            Assert.Equal(Filled(4096, 1), Content(disk, "a"));
            lost += Content(disk.PowerCut(), "a").AsSpan().SequenceEqual(Filled(4096, 1)) ? 0 : 1;
        }

        Assert.InRange(lost, Seeds / 2, Seeds - 10);
    }

    [Fact]
    public void A_write_can_fail_with_a_part_of_it_written()
    {
        var disk = new SimulatedDisk(1)
        {
            Before = operation => operation.Offset == 4000 ? DiskFault.Fail(bytes: 200) : DiskFault.None,
        };
        using var files = new SimulatedFiles(disk);
        using var file = files.Open("a", JournalFileAccess.Create);
        Assert.Throws<IOException>(() => file.Write(4000, Filled(1000, 1)));
        Assert.Equal([.. new byte[4000], .. Filled(200, 1)], Content(disk, "a"));
    }

    [Fact]
    public void A_full_disk_takes_what_fits_and_says_that_it_is_full()
    {
        var disk = new SimulatedDisk(1) { Capacity = 10_000 };
        using var files = new SimulatedFiles(disk);
        using var file = files.Open("a", JournalFileAccess.Create);
        file.Write(0, Filled(9000, 1));
        Assert.Equal(1000, files.GetFreeBytes());
        using var other = files.Open("b", JournalFileAccess.Create);
        var error = Assert.Throws<IOException>(() => other.Write(0, Filled(4096, 2)));
        Assert.Contains("the disk is full", error.Message, StringComparison.Ordinal);
        Assert.Equal(Filled(1000, 2), Content(disk, "b"));
        Assert.Equal(0, files.GetFreeBytes());
        file.Write(0, Filled(9000, 3));
        files.Delete("b");
        Assert.Equal(1000, files.GetFreeBytes());
        file.Write(9000, Filled(1000, 3));
    }

    [Fact]
    public void The_power_goes_before_during_and_after_an_operation()
    {
        var lengths = new HashSet<int>();
        var moment = 0;
        foreach (var disk in Disks())
        {
            moment = (moment % 3) + 1;
            var fault = DiskFault.None;
            disk.Before = operation => operation.Index == 1 ? fault : DiskFault.None;
            using var files = new SimulatedFiles(disk);
            using var file = files.Open("a", JournalFileAccess.Create);
            fault = moment switch { 1 => DiskFault.PowerOffBefore, 2 => DiskFault.PowerOffDuring, _ => DiskFault.PowerOffAfter };
            var thrown = Record.Exception(() => file.Write(0, Filled(1000, 1)));
            Assert.Equal(moment == 3, thrown is null);
            Assert.True(disk.IsOff);
            Assert.Throws<IOException>(file.Flush);
            Assert.Throws<IOException>(() => file.Read(0, new byte[1]));
            Assert.Throws<IOException>(files.List);
            Assert.Throws<IOException>(() => files.Open("b", JournalFileAccess.Create));
            var written = Content(disk.Kill(), "a").Length;
            lengths.Add(written);
            Assert.True(moment switch { 1 => written == 0, 2 => written is >= 0 and <= 1000, _ => written == 1000 });
        }

        Assert.InRange(lengths.Count, 10, Seeds);
    }

    [Fact]
    public void A_killed_process_leaves_what_it_wrote_and_a_power_cut_takes_it_still()
    {
        var lost = 0;
        foreach (var disk in Disks())
        {
            using var files = new SimulatedFiles(disk);
            files.Lock();
            using var file = files.Open("a", JournalFileAccess.Create);
            files.FlushDirectory();
            file.Write(0, Filled(5000, 1));
            var next = disk.Kill();
            using var taken = new SimulatedFiles(next);
            taken.Lock();
            Assert.Equal(Filled(5000, 1), Content(next, "a"));
            lost += Content(next.PowerCut(), "a").AsSpan().SequenceEqual(Filled(5000, 1)) ? 0 : 1;
            using (var again = taken.Open("a", JournalFileAccess.ReadWrite))
            {
                again.Flush();
            }

            Assert.Equal(Filled(5000, 1), Content(next.PowerCut(), "a"));
        }

        Assert.InRange(lost, Seeds / 2, Seeds - 10);
    }

    [Fact]
    public async Task A_delayed_flush_covers_only_what_was_written_before_it()
    {
        var lost = 0;
        foreach (var disk in Disks().Take(100))
        {
            using var gate = new DiskGate();
            disk.Before = operation =>
            {
                if (operation.Kind == DiskOperationKind.Flush)
                {
                    gate.Pass();
                }

                return DiskFault.None;
            };
            using var files = new SimulatedFiles(disk);
            using var file = files.Open("a", JournalFileAccess.Create);
            files.FlushDirectory();
            file.Write(0, Filled(4096, 1));
            var flush = Task.Run(file.Flush, TestContext.Current.CancellationToken);
            await gate.Reached;
            file.Write(4096, Filled(4096, 2));
            gate.Open();
            await flush;
            var content = Content(disk.PowerCut(), "a");
            Assert.Equal(Filled(4096, 1), content.AsSpan(0, 4096));
            lost += content.AsSpan(4096).SequenceEqual(Filled(4096, 2)) ? 0 : 1;
        }

        Assert.InRange(lost, 10, 100);
    }

    [Fact]
    public void Damage_at_rest_and_unreadable_ranges_are_seen_by_reads()
    {
        var disk = new SimulatedDisk(1)
        {
            Before = operation => operation is { Kind: DiskOperationKind.Read, Offset: < 100, Length: > 0 } ? DiskFault.Fail() : DiskFault.None,
        };
        using var files = new SimulatedFiles(disk);
        using var file = files.Open("a", JournalFileAccess.Create);
        file.Write(0, Filled(5000, 1));
        file.Flush();
        files.FlushDirectory();
        disk.FlipBit("a", 4097, 6);
        var bytes = new byte[10];
        Assert.Equal(10, file.Read(4090, bytes));
        Assert.Equal([1, 1, 1, 1, 1, 1, 1, 65, 1, 1], bytes);
        Assert.Throws<IOException>(() => file.Read(0, bytes));
        Assert.Equal(65, Content(disk.PowerCut(), "a")[4097]);
    }

    [Fact]
    public void One_holder_at_a_time_has_the_directory()
    {
        var disk = new SimulatedDisk(1);
        using var other = new SimulatedFiles(disk);
        using (var first = new SimulatedFiles(disk))
        {
            first.Lock();
            Assert.Throws<JournalOpenException>(other.Lock);
        }

        other.Lock();
    }

    [Fact]
    public void The_same_seed_means_the_same_cut()
    {
        var seed = RandomSeed.Value;
        Assert.Equal(Cut(seed), Cut(seed));
        Assert.InRange(Enumerable.Range(0, 50).Select(i => Convert.ToHexString(Cut(seed + i))).Distinct(StringComparer.Ordinal).Count(), 20, 50);

        static byte[] Cut(int seed)
        {
            var disk = new SimulatedDisk(seed);
            using var files = new SimulatedFiles(disk);
            using var file = files.Open("a", JournalFileAccess.Create);
            files.FlushDirectory();
            var random = new Random(1);
            for (var i = 0; i < 100; i++)
            {
                file.Write(random.Next(50_000), Filled(random.Next(5000), (byte)random.Next(256)));
            }

            return Content(disk.PowerCut(), "a");
        }
    }

    [Fact]
    public void What_is_read_is_what_a_plain_array_holds()
    {
        var random = new Random(RandomSeed.Value);
        var disk = new SimulatedDisk(RandomSeed.Value);
        using var files = new SimulatedFiles(disk);
        using var file = files.Open("a", JournalFileAccess.Create);
        var plain = new byte[100_000];
        var length = 0;
        for (var i = 0; i < 5000; i++)
        {
            var offset = random.Next(90_000);
            var bytes = Filled(random.Next(random.Next(2) == 0 ? 100 : 10_000), (byte)random.Next(3));
            bytes.CopyTo(plain, offset);
            length = Math.Max(length, offset + bytes.Length);
            file.Write(offset, bytes);
            if (random.Next(20) == 0)
            {
                file.Flush();
            }

            var read = new byte[random.Next(10_000)];
            var at = random.Next(95_000);
            var count = file.Read(at, read);
            Assert.True(read.AsSpan(0, count).SequenceEqual(plain.AsSpan(at, count)), $"SLUICE_SEED={RandomSeed.Value}, step {i}");
            Assert.Equal(Math.Clamp(length - at, 0, read.Length), count);
        }

        Assert.Equal(length, file.Length);
    }

    private static IEnumerable<SimulatedDisk> Disks() => Enumerable.Range(0, Seeds).Select(i => new SimulatedDisk(RandomSeed.Value + i));

    private static byte[] Filled(int length, byte value)
    {
        var bytes = new byte[length];
        bytes.AsSpan().Fill(value);
        return bytes;
    }

    private static byte[] Content(SimulatedDisk disk, string name)
    {
        using var files = new SimulatedFiles(disk);
        using var file = files.Open(name, JournalFileAccess.Read);
        var bytes = new byte[file.Length];
        disk.Before = null;
        Assert.Equal(bytes.Length, file.Read(0, bytes));
        return bytes;
    }
}
