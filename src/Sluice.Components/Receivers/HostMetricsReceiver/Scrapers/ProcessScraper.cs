using System.Globalization;
using System.Text;
using Sluice.Components.Receivers.HostMetricsReceiver.Host;

namespace Sluice.Components.Receivers.HostMetricsReceiver.Scrapers;

/// <summary>
/// Each process, under a resource of its own (<c>proc(5)</c>: <c>/proc/[pid]</c>). Nothing is allocated for a process that was there before: its files
/// are read into memory that all share, and go from there into the request.
/// </summary>
internal sealed class ProcessScraper(ProcessOptions options) : IHostScraper
{
    /// <summary>Bytes of the name of a program after which the kernel cuts it off.</summary>
    private const int LongestName = 15;

    private readonly NameFilter _filter = NameFilter.Of(options.Include?.Names, options.Include?.MatchType, options.Exclude?.Names, options.Exclude?.MatchType);
    private readonly ProcessAttributes _attributes = new(options.ResourceAttributes);
    private readonly ProcessPoints _points = new();
    private readonly ProcessStat _stat = new();
    private readonly UserNames _users = new();
    private readonly List<int> _processes = [];
    private readonly HashSet<string> _told = [];
    private readonly byte[] _name = new byte[256];

    public IReadOnlyList<HostMetric> Metrics => ProcessPoints.Metrics;

    public void Scrape(HostFiles files, HostPoints points)
    {
        var hostStart = points.StartUnixNano;
        _users.Refresh(files);
        _points.Begin(files, points);
        _processes.Clear();
        foreach (var process in files.Processes())
        {
            _processes.Add(process);
        }

        _processes.Sort();
        foreach (var process in _processes)
        {
            var error = _stat.TryRead(files, process);
            if (error != 0)
            {
                Tell(points, error, "name", process, options.MuteProcessNameError);
                continue;
            }

            points.StartUnixNano = hostStart + (_stat.StartTicks * (1_000_000_000 / Fields.TicksPerSecond));
            if (options.ScrapeProcessDelay == TimeSpan.Zero || points.UnixNano - points.StartUnixNano >= options.ScrapeProcessDelay.Ticks * TimeSpan.NanosecondsPerTick)
            {
                Measure(files, points, process);
            }
        }

        points.StartUnixNano = hostStart;
        _points.End();
    }

    private void Measure(HostFiles files, HostPoints points, int process)
    {
        // A process that ends in between is left out, or measured as far as it was still there.
        _ = files.TryRead(process, "cmdline"u8, out var commandLine);
        var name = NameOf(commandLine);
        if (!_filter.Takes(name))
        {
            return;
        }

        points.BeginResource();
        Describe(files, points, process, name, commandLine);
        var error = _points.Write(files, points, process, _stat);
        Tell(points, error, "what it reads and writes", process, options.MuteProcessIoError);
    }

    private void Describe(HostFiles files, HostPoints points, int process, ReadOnlySpan<byte> name, ReadOnlySpan<byte> commandLine)
    {
        if (_attributes.Pid)
        {
            points.ResourceNumber("process.pid"u8, process);
        }

        if (_attributes.ParentPid)
        {
            points.ResourceNumber("process.parent_pid"u8, _stat.Parent);
        }

        if (_attributes.ExecutableName)
        {
            points.ResourceText("process.executable.name"u8, name);
        }

        if (_attributes.ExecutablePath)
        {
            var error = files.TryReadLink(process, "exe"u8, out var path);
            Tell(points, error, "the path of its program", process, options.MuteProcessExeError);
            if (error == 0)
            {
                points.ResourceText("process.executable.path"u8, path);
            }
        }

        WriteCommand(points, commandLine);
        if (_attributes.Owner)
        {
            WriteOwner(files, points, process);
        }

        if (_attributes.Cgroup)
        {
            var error = files.TryRead(process, "cgroup"u8, out var cgroup);
            Tell(points, error, "its cgroup", process, options.MuteProcessCgroupError);
            if (error == 0 && cgroup.Length > 0)
            {
                points.ResourceText("process.cgroup"u8, cgroup.TrimEnd((byte)'\n'));
            }
        }
    }

    /// <summary>The kernel has no command line of threads of its own.</summary>
    private void WriteCommand(HostPoints points, ReadOnlySpan<byte> commandLine)
    {
        if (FirstOf(commandLine).IsEmpty)
        {
            return;
        }

        if (_attributes.Command)
        {
            points.ResourceText("process.command"u8, FirstOf(commandLine));
        }

        if (_attributes.CommandLine)
        {
            Span<byte> line = commandLine.Length <= 4096 ? stackalloc byte[commandLine.Length] : new byte[commandLine.Length];
            commandLine.CopyTo(line);
            line = line.TrimEnd((byte)0);
            line.Replace((byte)0, (byte)' ');
            points.ResourceText("process.command_line"u8, line);
        }
    }

    private void WriteOwner(HostFiles files, HostPoints points, int process)
    {
        if (files.TryRead(process, "status"u8, out var status) != 0 || !Fields.TryFind(status, "Uid:"u8, out var fields))
        {
            return;
        }

        // A user without a name, as containers have, is called by its number.
        var number = fields.Number();
        if (_users.Of(number) is { } name)
        {
            points.ResourceText("process.owner"u8, name);
            return;
        }

        Tell(points, NativeFiles.Missing, "the name of its user", process, options.MuteProcessUserError, isAlways: true);
        Span<byte> digits = stackalloc byte[20];
        _ = number.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
        points.ResourceText("process.owner"u8, digits[..length]);
    }

    /// <summary>The name of the program, whole where the kernel cut it off and the command line says it.</summary>
    private ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> commandLine)
    {
        if (_stat.Name.Length < LongestName)
        {
            return _stat.Name;
        }

        var command = FirstOf(commandLine);
        command = command[(command.LastIndexOf((byte)'/') + 1)..];
        if (!command.StartsWith(_stat.Name) || command.Length > _name.Length)
        {
            return _stat.Name;
        }

        command.CopyTo(_name);
        return _name.AsSpan(0, command.Length);
    }

    private static ReadOnlySpan<byte> FirstOf(ReadOnlySpan<byte> commandLine)
    {
        var end = commandLine.IndexOf((byte)0);
        return end < 0 ? commandLine : commandLine[..end];
    }

    /// <summary>Tells once that something of a process may not be read. That it has ended meanwhile is nothing to tell.</summary>
    private void Tell(HostPoints points, int error, string what, int process, bool isMuted, bool isAlways = false)
    {
        if (isMuted || options.MuteProcessAllErrors || error == 0 || (!isAlways && error is NativeFiles.Missing or NativeFiles.NoProcess) || !_told.Add(what))
        {
            return;
        }

        var name = what == "name" ? "" : $" ({Encoding.UTF8.GetString(_stat.Name)})";
        points.Notices.Add(isAlways
            ? string.Create(CultureInfo.InvariantCulture, $"process {process}{name} has a user without a name in /etc/passwd: it is called by its number, as are others like it (mute_process_user_error)")
            : string.Create(CultureInfo.InvariantCulture, $"of process {process}{name} {what} cannot be read ({HostFiles.Describe(error)}): that is left out, of others like it too; more rights (CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH) help, and mute_process_…_error is for where they are not wanted"));
    }
}
