namespace Sluice.Journal.Tests.Simulation;

/// <summary>
/// What one power cut leaves of what was not flushed. Disks differ, so each cut draws its kind: nothing, everything, everything up to one
/// operation, or each sector and each name for itself, with much, half or little of it.
/// </summary>
internal sealed class Survival
{
    private readonly Random _random;
    private readonly double _chance;
    private readonly bool _tears;
    private readonly long _doubtful;

    private Survival(Random random, double chance, bool tears, long doubtful)
    {
        _random = random;
        _chance = chance;
        _tears = tears;
        _doubtful = doubtful;
    }

    /// <summary>Draws one.</summary>
    /// <param name="random">Where it and all its decisions come from.</param>
    /// <param name="operations">How many operations there were, of which the newest are the ones in doubt.</param>
    public static Survival Draw(Random random, long operations) => random.Next(10) switch
    {
        0 => new(random, 0, tears: false, -1),
        1 => new(random, 1, tears: false, -1),

        // In order up to one of the last operations: of that one any part.
        2 or 3 or 4 => new(random, 0.5, tears: true, Math.Max(0, operations - 1 - (long)(random.NextDouble() * random.NextDouble() * 40))),
        5 => new(random, 0.05, tears: true, -1),
        6 => new(random, 0.95, tears: true, -1),
        _ => new(random, 0.5, tears: true, -1),
    };

    /// <summary>Whether the effect of an operation survives, as far as it is one thing.</summary>
    public bool Keeps(long operation)
    {
        var chance = _doubtful < 0 || operation == _doubtful ? _chance : operation < _doubtful ? 1 : 0;
        return chance >= 1 || (chance > 0 && _random.NextDouble() < chance);
    }

    /// <summary>Puts what survives of the sectors of one version of a page into a map.</summary>
    public void Apply(PageMap map, in DirtyPage dirty)
    {
        byte whole = 0;
        byte torn = 0;
        for (var sector = 0; sector < PageMap.SectorsPerPage; sector++)
        {
            if ((dirty.Sectors & (1 << sector)) != 0 && Keeps(dirty.Operation))
            {
                var tears = _tears && (_doubtful < 0 || dirty.Operation == _doubtful) && _random.Next(16) == 0;
                whole |= (byte)(tears ? 0 : 1 << sector);
                torn |= (byte)(tears ? 1 << sector : 0);
            }
        }

        if (whole != 0)
        {
            map.Merge(dirty.Page, dirty.Version, whole);
        }

        if (torn != 0)
        {
            Tear(map, dirty, torn);
        }
    }

    /// <summary>The first bytes of a sector are the new ones; the others are the old ones or garbage.</summary>
    private void Tear(PageMap map, in DirtyPage dirty, byte sectors)
    {
        var page = PageMap.Copy(map[dirty.Page]);
        var version = PageMap.Copy(dirty.Version);
        for (var sector = 0; sector < PageMap.SectorsPerPage; sector++)
        {
            if ((sectors & (1 << sector)) != 0)
            {
                var start = sector * PageMap.SectorSize;
                var kept = _random.Next(PageMap.SectorSize);
                version.AsSpan(start, kept).CopyTo(page.AsSpan(start));
                if (_random.Next(2) == 0)
                {
                    _random.NextBytes(page.AsSpan(start + kept, PageMap.SectorSize - kept));
                }
            }
        }

        map[dirty.Page] = page;
    }
}
