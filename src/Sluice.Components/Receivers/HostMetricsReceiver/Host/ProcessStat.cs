namespace Sluice.Components.Receivers.HostMetricsReceiver.Host;

/// <summary>What <c>/proc/[pid]/stat</c> says of a process (<c>proc(5)</c>). Used again for one process after the other.</summary>
internal sealed class ProcessStat
{
    private readonly byte[] _name = new byte[256];
    private int _nameLength;

    /// <summary>The name of its program, at most 15 bytes.</summary>
    public ReadOnlySpan<byte> Name => _name.AsSpan(0, _nameLength);

    /// <summary>The letter of its state.</summary>
    public byte State { get; private set; }

    /// <summary>Who started it.</summary>
    public long Parent { get; private set; }

    public long MinorFaults { get; private set; }

    public long MajorFaults { get; private set; }

    /// <summary>Ticks in its own code.</summary>
    public long UserTicks { get; private set; }

    /// <summary>Ticks in the kernel.</summary>
    public long SystemTicks { get; private set; }

    public long Threads { get; private set; }

    /// <summary>Ticks between the start of the host and its own.</summary>
    public long StartTicks { get; private set; }

    /// <summary>Bytes of its address space.</summary>
    public long VirtualBytes { get; private set; }

    /// <summary>Pages in memory.</summary>
    public long ResidentPages { get; private set; }

    /// <summary>Ticks that it waited for disks; 0 where the kernel does not measure it.</summary>
    public long WaitTicks { get; private set; }

    /// <summary>Reads it.</summary>
    /// <returns>0, or the error number of the system: of a process that has ended, that there is none.</returns>
    /// <exception cref="FormatException">The kernel says something else than expected.</exception>
    public int TryRead(HostFiles files, int process)
    {
        var error = files.TryRead(process, "stat"u8, out var text);
        if (error != 0)
        {
            return error;
        }

        // The name stands in parentheses and may hold any character, parentheses too.
        var (start, end) = (text.IndexOf((byte)'('), text.LastIndexOf((byte)')'));
        if (start < 0 || end < start)
        {
            // Of a process that ends at this moment nothing may be left.
            return text.IsEmpty ? NativeFiles.NoProcess : throw new FormatException($"/proc/{process}/stat names no program");
        }

        var name = text[(start + 1)..end];
        _nameLength = Math.Min(name.Length, _name.Length);
        name[.._nameLength].CopyTo(_name);
        Read(new Fields(text[(end + 1)..].TrimEnd((byte)'\n')));
        return 0;
    }

    private void Read(Fields fields)
    {
        State = fields.Next()[0];
        Parent = fields.Number();
        fields.Skip(5);
        MinorFaults = fields.Number();
        fields.Skip(1);
        MajorFaults = fields.Number();
        fields.Skip(1);
        UserTicks = fields.Number();
        SystemTicks = fields.Number();
        fields.Skip(4);
        Threads = fields.Number();
        fields.Skip(1);
        StartTicks = fields.Number();
        VirtualBytes = fields.Number();
        ResidentPages = fields.Number();
        WaitTicks = 0;
        for (var column = 22; fields.TryNext(out var field); column++)
        {
            if (column == 39)
            {
                WaitTicks = Fields.Number(field);
                break;
            }
        }
    }
}
