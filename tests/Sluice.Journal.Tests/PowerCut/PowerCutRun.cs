using System.Collections.Concurrent;
using Sluice.Buffers;
using Sluice.Journal.Tests.Simulation;
using Sluice.Testing;

namespace Sluice.Journal.Tests.PowerCut;

/// <summary>A journal on a simulated disk over many openings, each of which is held against everything that was seen of those before it.</summary>
internal sealed class PowerCutRun : IJournalObserver
{
    public const int SegmentSize = 64 << 10;

    private readonly DiskJournalOptions _options;
    private readonly JournalDefects _defects;
    private readonly Random _random;
    private readonly ManualTimeProvider _clock = new();
    private int _verified;

    public PowerCutRun(int seed, SyncMode sync = SyncMode.Always, JournalDefects defects = JournalDefects.None)
    {
        _random = new Random(seed);
        _defects = defects;
        _options = new DiskJournalOptions
        {
            Limits = new JournalOptions { MaxSize = 16 * SegmentSize, MaxGroupSize = SegmentSize / 2, MaxWait = TimeSpan.Zero },
            Sync = sync,
            TailSize = 32 << 10,

            // Segments are used again at once, or only when there is no other.
            Retention = _random.Next(2) == 0 ? TimeSpan.Zero : TimeSpan.FromHours(1),
        };
        Disk = new SimulatedDisk(seed);

        // Going on in an old segment, it keeps the epoch; it is to be caught by what comes of that.
        History = new History(isEpochRepeated: defects.HasFlag(JournalDefects.AppendToOldSegment));
    }

    public SimulatedDisk Disk { get; private set; }

    public History History { get; }

    /// <summary>What the journal said, for messages.</summary>
    public ConcurrentQueue<string> Notices { get; } = [];

    /// <summary>What was done to the disk, for messages.</summary>
    public ConcurrentQueue<string> Operations { get; } = [];

    /// <summary>Whether the journal is open and verified, and the workload under way.</summary>
    public bool IsAtWork { get; private set; }

    /// <summary>Groups refused while the disk was alive.</summary>
    public int Refused { get; private set; }

    /// <summary>Openings that a full disk refused.</summary>
    public int RefusedOpenings { get; private set; }

    /// <summary>Groups missing and counted, of damaged openings.</summary>
    public int Missing { get; private set; }

    /// <summary>Damaged openings of which the journal told.</summary>
    public int DamageTold { get; private set; }

    /// <summary>Opens the journal, verifies it, works with it, and closes it, as far as the disk lets it.</summary>
    /// <param name="steps">Steps of work.</param>
    /// <param name="faults">What goes wrong; power that goes by it ends the opening.</param>
    /// <param name="damaged">Bits were flipped before.</param>
    public async Task OpenAsync(int steps, Func<DiskOperation, DiskFault>? faults = null, bool damaged = false)
    {
        _clock.Advance(TimeSpan.FromSeconds(5));
        IsAtWork = false;
        var disk = Disk;
        disk.Before = faults;
        disk.After = operation => Operations.Enqueue(operation.ToString());
        Operations.Enqueue("opening");
        var pool = new BufferPool(new() { Tracking = true });
        DiskJournal journal;
        try
        {
            journal = DiskJournal.Open(new SimulatedFiles(disk), _options, pool, _clock, this, _defects, SegmentSize);
        }
        catch (JournalOpenException exception) when (disk.IsOff || IsFull(exception, disk))
        {
            pool.Dispose();
            Assert.Equal(0, disk.OpenFiles);
            return;
        }

        await using (var opening = new Opening(journal, pool))
        {
            try
            {
                // Far beyond what a disk in memory takes: a journal that never answers is a failure, not a hanging test.
                await Task.Run(() => UseAsync(opening, disk, steps, damaged)).WaitAsync(Eventually.DefaultDeadline);
            }
            catch (Exception exception) when (disk.IsOff && exception is not (BrokenPromiseException or TimeoutException))
            {
                // Nobody is there to see what a machine without power does.
            }
            catch (IOException exception) when (IsFull(exception, disk))
            {
            }
        }

        Assert.Equal(0, disk.OpenFiles);
    }

    /// <summary>The power goes, if it has not, and comes back.</summary>
    public void CutPower()
    {
        Disk.TurnOff();
        Disk = Disk.PowerCut();
    }

    /// <summary>An operation at which the power goes, for <see cref="OpenAsync"/>.</summary>
    public static Func<DiskOperation, DiskFault> CutAt(long operation, DiskFault moment) =>
        candidate => candidate.Index == operation && candidate.Kind != DiskOperationKind.Read ? moment : DiskFault.None;

    /// <summary>
    /// The process is killed at an operation: the next opening finds the disk with the system's cache as it was then, and the power on.
    /// </summary>
    public Func<DiskOperation, DiskFault> KillAt(long operation)
    {
        var disk = Disk;
        return candidate =>
        {
            if (candidate.Index != operation || candidate.Kind == DiskOperationKind.Read || disk.IsOff)
            {
                return DiskFault.None;
            }

            Disk = disk.Kill();
            return DiskFault.PowerOffBefore;
        };
    }

    public void OnNotice(JournalNoticeLevel level, string message) => Notices.Enqueue($"{level}: {message}");

    public void OnFlush(int groups, long bytes, TimeSpan duration)
    {
    }

    /// <summary>An opening has to write, and a full disk may not let it. Somebody frees space then.</summary>
    private bool IsFull(Exception exception, SimulatedDisk disk)
    {
        if (disk.Capacity == long.MaxValue || !exception.Message.Contains("the disk is full", StringComparison.Ordinal))
        {
            return false;
        }

        RefusedOpenings++;
        disk.Capacity = long.MaxValue;
        return true;
    }

    private async Task UseAsync(Opening opening, SimulatedDisk disk, int steps, bool damaged)
    {
        if (!disk.IsOff)
        {
            History.Opened(opening.Journal, damaged && Notices.Any(notice => notice.Contains($"has the new id {opening.Journal.Id}", StringComparison.Ordinal)));
            History.Check(
                damaged || !disk.List().Any(name => name.EndsWith(DiskFormat.DamagedExtension, StringComparison.Ordinal)),
                "a file was set aside as strange or destroyed, and nobody touched it");
        }

        opening.OpenNames();
        opening.OpenConsumers(History, () => disk.IsOff);
        var sync = _options.Sync;
        var verification = new Verification(opening, History, _clock, sync == SyncMode.Always ? int.MaxValue : _verified, damaged);
        if (!verification.ReadAll(() => disk.IsOff))
        {
            return;
        }

        verification.Judge();
        Missing += verification.Missing;
        DamageTold += verification.IsDamageTold ? 1 : 0;
        _verified = History.Attempts.Count;
        IsAtWork = true;
        var workload = new Workload(opening, History, _random, () => disk.IsOff, sync);
        for (; steps > 0 && !disk.IsOff; steps -= 10)
        {
            await workload.RunAsync(Math.Min(steps, 10));
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Refused += workload.Refused;
    }
}
