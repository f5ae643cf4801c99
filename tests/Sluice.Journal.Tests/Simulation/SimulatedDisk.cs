namespace Sluice.Journal.Tests.Simulation;

/// <summary>
/// A disk in memory that keeps what was flushed and nothing else for certain. Everything it decides comes from its seed. Thread-safe, except
/// that the faults are to be set before it is used.
/// </summary>
internal sealed class SimulatedDisk
{
    public const string Path = "/simulated";

    private readonly Lock _gate = new();
    private readonly Random _random;
    private readonly List<NameChange> _changes = [];
    private Dictionary<string, SimulatedInode> _names = new(StringComparer.Ordinal);
    private Dictionary<string, SimulatedInode> _durableNames = new(StringComparer.Ordinal);
    private IJournalFiles? _holder;
    private long _operations;
    private int _inodes;

    public SimulatedDisk(int seed) => _random = new Random(seed);

    /// <summary>Asked before every operation; it may block, to delay it. Called outside of every lock.</summary>
    public Func<DiskOperation, DiskFault>? Before { get; set; }

    /// <summary>Told of every operation that succeeded.</summary>
    public Action<DiskOperation>? After { get; set; }

    /// <summary>Bytes that all files together may have.</summary>
    public long Capacity { get; set; } = long.MaxValue;

    /// <summary>Operations so far that change something.</summary>
    public long Operations => Interlocked.Read(ref _operations);

    /// <summary>Files that are open.</summary>
    public int OpenFiles { get; private set; }

    /// <summary>The power is off: everything fails.</summary>
    public bool IsOff { get; private set; }

    public long FreeBytes
    {
        get
        {
            lock (_gate)
            {
                ThrowIfOff("Asking for the free space at", "");
                return Math.Max(0, Capacity - _names.Values.Sum(inode => inode.Length));
            }
        }
    }

    /// <summary>Everything fails from now on.</summary>
    public void TurnOff()
    {
        lock (_gate)
        {
            IsOff = true;
        }
    }

    /// <summary>The disk as it is after the power went at this moment and came back; this one is left as it is.</summary>
    public SimulatedDisk PowerCut()
    {
        lock (_gate)
        {
            var after = new SimulatedDisk(_random.Next()) { Capacity = Capacity, _inodes = _inodes };
            var survival = Survival.Draw(_random, _operations);
            var names = new Dictionary<string, SimulatedInode>(_durableNames, StringComparer.Ordinal);
            foreach (var change in _changes.Where(change => survival.Keeps(change.Operation)))
            {
                change.ApplyTo(names);
            }

            after._names = new InodeCopies(inode => inode.AfterPowerCut(survival)).Of(names);
            after._durableNames = new(after._names, StringComparer.Ordinal);
            return after;
        }
    }

    /// <summary>
    /// The disk as the next process finds it when this one is killed at this moment: the system still has all that was written in its cache,
    /// and still owes the media what was not flushed.
    /// </summary>
    public SimulatedDisk Kill()
    {
        lock (_gate)
        {
            var after = new SimulatedDisk(_random.Next()) { Capacity = Capacity, _inodes = _inodes, _operations = _operations };
            var copies = new InodeCopies(inode => inode.Clone());
            after._names = copies.Of(_names);
            after._durableNames = copies.Of(_durableNames);
            after._changes.AddRange(_changes.Select(change => change with { Inode = copies.Of(change.Inode) }));
            return after;
        }
    }

    /// <summary>Damages a file where it lies.</summary>
    public void FlipBit(string name, long offset, int bit)
    {
        lock (_gate)
        {
            _names[name].FlipBit(offset, bit);
        }
    }

    public void Lock(IJournalFiles holder)
    {
        lock (_gate)
        {
            if (IsOff || _holder is not null)
            {
                throw new JournalOpenException(IsOff ? $"{Path} cannot be used: the power is off." : $"{Path} is in use.");
            }

            _holder = holder;
        }
    }

    public void Unlock(IJournalFiles holder)
    {
        lock (_gate)
        {
            _holder = _holder == holder ? null : _holder;
        }
    }

    public IReadOnlyList<string> List()
    {
        lock (_gate)
        {
            ThrowIfOff("Listing", "");
            return [.. _names.Keys];
        }
    }

    public JournalFile Open(string name, JournalFileAccess access)
    {
        if (access == JournalFileAccess.Create)
        {
            Change(DiskOperationKind.Create, name, operation =>
            {
                if (_names.ContainsKey(name))
                {
                    throw FileErrors.Explain(new IOException("it is there already."), "Creating", FullPath(name));
                }

                return new NameChange(name, null, new SimulatedInode(_inodes++), operation);
            });
        }

        lock (_gate)
        {
            // A creation after which the power went has returned already.
            if (access != JournalFileAccess.Create)
            {
                ThrowIfOff("Opening", name);
            }

            if (!_names.TryGetValue(name, out var inode))
            {
                throw FileErrors.Explain(new FileNotFoundException(), "Opening", FullPath(name));
            }

            OpenFiles++;
            return new SimulatedFile(this, inode, name, access != JournalFileAccess.Read);
        }
    }

    public void Delete(string name) => Change(
        DiskOperationKind.Delete, name, operation => _names.TryGetValue(name, out var inode) ? new NameChange(null, name, inode, operation) : null);

    public void Rename(string from, string to) => Change(
        DiskOperationKind.Rename,
        from,
        operation => _names.TryGetValue(from, out var inode)
            ? new NameChange(to, null, inode, operation)
            : throw FileErrors.Explain(new FileNotFoundException(), $"Giving the name {to} to", FullPath(from)));

    public void FlushDirectory()
    {
        var (operation, fault) = Begin(DiskOperationKind.FlushDirectory, "");
        lock (_gate)
        {
            if (Goes(fault, "Flushing the directory", ""))
            {
                var count = _changes.TakeWhile(change => change.Operation < operation.Index).Count();
                _changes.Take(count).ToList().ForEach(change => change.ApplyTo(_durableNames));
                _changes.RemoveRange(0, count);
            }

            End(fault, "Flushing the directory", "");
        }

        After?.Invoke(operation);
    }

    public void Write(SimulatedInode inode, string name, long offset, ReadOnlySpan<byte> bytes)
    {
        var (operation, fault) = Begin(DiskOperationKind.Write, name, offset, bytes.Length);
        lock (_gate)
        {
            ThrowIfOff("Writing", name);
            var count = fault.Kind switch
            {
                DiskFaultKind.Fail => Math.Min(fault.Bytes, bytes.Length),
                DiskFaultKind.PowerOffBefore => 0,
                DiskFaultKind.PowerOffDuring => _random.Next(bytes.Length + 1),
                _ => bytes.Length,
            };
            var growth = offset + count - inode.Length;
            if (growth > 0 && Capacity != long.MaxValue && growth - FreeBytes is > 0 and var missing)
            {
                count = (int)Math.Max(0, count - missing);
                fault = DiskFault.Fail(DiskFault.DiskFull);
            }

            inode.Write(offset, bytes[..count], operation.Index);
            End(fault, $"Writing {bytes.Length} bytes at {offset} of", name);
        }

        After?.Invoke(operation);
    }

    public int Read(SimulatedInode inode, string name, long offset, Span<byte> destination)
    {
        var (operation, fault) = Begin(DiskOperationKind.Read, name, offset, destination.Length);
        int read;
        lock (_gate)
        {
            ThrowIfOff("Reading", name);
            read = inode.Read(offset, destination);
            End(fault, $"Reading {destination.Length} bytes at {offset} of", name);
        }

        After?.Invoke(operation);
        return read;
    }

    public void Flush(SimulatedInode inode, string name)
    {
        var (operation, fault) = Begin(DiskOperationKind.Flush, name);
        lock (_gate)
        {
            if (fault.Kind == DiskFaultKind.Fail && !IsOff)
            {
                inode.LoseDirty(Survival.Draw(_random, _operations));
            }
            else if (Goes(fault, "Flushing", name))
            {
                inode.Flush(operation.Index);
            }

            End(fault, "Flushing", name);
        }

        After?.Invoke(operation);
    }

    public void Closed()
    {
        lock (_gate)
        {
            OpenFiles--;
        }
    }

    private static string FullPath(string name) => $"{Path}/{name}";

    private void Change(DiskOperationKind kind, string name, Func<long, NameChange?> change)
    {
        var (operation, fault) = Begin(kind, name);
        lock (_gate)
        {
            if (Goes(fault, $"{kind}:", name) && change(operation.Index) is { } made)
            {
                made.ApplyTo(_names);
                _changes.Add(made);
            }

            End(fault, $"{kind}:", name);
        }

        After?.Invoke(operation);
    }

    private (DiskOperation Operation, DiskFault Fault) Begin(DiskOperationKind kind, string name, long offset = 0, int length = 0)
    {
        var index = kind == DiskOperationKind.Read ? Operations : Interlocked.Increment(ref _operations) - 1;
        var operation = new DiskOperation(index, kind, name, offset, length);
        return (operation, Before?.Invoke(operation) ?? DiskFault.None);
    }

    /// <summary>Whether the operation takes effect, whatever it says then.</summary>
    private bool Goes(DiskFault fault, string action, string name)
    {
        ThrowIfOff(action, name);
        return fault.Kind switch
        {
            DiskFaultKind.None or DiskFaultKind.PowerOffAfter => true,
            DiskFaultKind.PowerOffDuring => _random.Next(2) == 0,
            _ => false,
        };
    }

    private void End(DiskFault fault, string action, string name)
    {
        if (fault.Kind == DiskFaultKind.Fail)
        {
            throw FileErrors.Explain(new IOException("Simulated.", fault.ErrorCode), action, FullPath(name));
        }

        if (fault.Kind is not DiskFaultKind.None)
        {
            IsOff = true;
            if (fault.Kind != DiskFaultKind.PowerOffAfter)
            {
                ThrowIfOff(action, name);
            }
        }
    }

    private void ThrowIfOff(string action, string name)
    {
        if (IsOff)
        {
            throw new IOException($"{action} {FullPath(name)} failed: the power is off.");
        }
    }

    /// <summary>A name given to a file, taken from it, or both.</summary>
    private sealed record NameChange(string? Given, string? Taken, SimulatedInode Inode, long Operation)
    {
        public void ApplyTo(Dictionary<string, SimulatedInode> names)
        {
            if (Given is not null)
            {
                // It has one name, also when a renaming before this one was lost.
                names.Where(pair => pair.Value == Inode).ToList().ForEach(pair => names.Remove(pair.Key));
                names[Given] = Inode;
            }
            else if (names.TryGetValue(Taken!, out var inode) && inode == Inode)
            {
                names.Remove(Taken!);
            }
        }
    }

    /// <summary>Copies each file once, however many names of how many maps lead to it.</summary>
    private sealed class InodeCopies(Func<SimulatedInode, SimulatedInode> copy)
    {
        private readonly Dictionary<SimulatedInode, SimulatedInode> _copies = [];

        public SimulatedInode Of(SimulatedInode inode) => _copies.TryGetValue(inode, out var made) ? made : _copies[inode] = copy(inode);

        public Dictionary<string, SimulatedInode> Of(Dictionary<string, SimulatedInode> names) =>
            names.OrderBy(pair => pair.Value.Id).ToDictionary(pair => pair.Key, pair => Of(pair.Value), StringComparer.Ordinal);
    }
}
