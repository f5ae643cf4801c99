using System.Text;
using Sluice.Components.Receivers.HostMetricsReceiver.Host;

namespace Sluice.Components.Receivers.HostMetricsReceiver.Scrapers;

/// <summary>Network interfaces and TCP connections (<c>proc(5)</c>: <c>/proc/net</c>).</summary>
internal sealed class NetworkScraper(NameFilter filter) : IHostScraper
{
    /// <summary>The column of what was sent, behind that of what was received.</summary>
    private const int Sent = 8;

    /// <summary>States of TCP by their number, from 1.</summary>
    private static readonly byte[][] States =
    [
        .. new[] { "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT_1", "FIN_WAIT_2", "TIME_WAIT", "CLOSE", "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING" }
            .Select(Encoding.UTF8.GetBytes),
    ];

    private static readonly HostMetric Packets = new("system.network.packets", "Packets received and sent.", "{packets}");
    private static readonly HostMetric Dropped = new("system.network.dropped", "Packets dropped.", "{packets}");
    private static readonly HostMetric Errors = new("system.network.errors", "Errors of receiving and sending.", "{errors}");
    private static readonly HostMetric Io = new("system.network.io", "Bytes received and sent.", "By");
    private static readonly HostMetric Connections = new("system.network.connections", "TCP connections by state.", "{connections}", HostMetricKind.UpDownSum);
    private static readonly HostMetric Tracked = new("system.network.conntrack.count", "Connections that the firewall keeps track of.", "{entries}", HostMetricKind.UpDownSum, isOptional: true);
    private static readonly HostMetric MostTracked = new("system.network.conntrack.max", "Connections that the firewall can keep track of.", "{entries}", HostMetricKind.UpDownSum, isOptional: true);

    public IReadOnlyList<HostMetric> Metrics => [Packets, Dropped, Errors, Io, Connections, Tracked, MostTracked];

    public void Scrape(HostFiles files, HostPoints points)
    {
        var interfaces = Read(files, "/proc/1/net/dev"u8, "/proc/net/dev"u8);
        for (var header = 0; header < 2; header++)
        {
            _ = Fields.TryLine(ref interfaces, out _);
        }

        // Bytes, packets, errors, dropped.
        Write(points, Packets, interfaces, 1);
        Write(points, Dropped, interfaces, 3);
        Write(points, Errors, interfaces, 2);
        Write(points, Io, interfaces, 0);
        if (points.Begin(Connections))
        {
            Span<long> counts = stackalloc long[States.Length];
            Count(Read(files, "/proc/1/net/tcp"u8, "/proc/net/tcp"u8), counts);

            // Where IPv6 is switched off there is none.
            Count(TryRead(files, "/proc/1/net/tcp6"u8, "/proc/net/tcp6"u8), counts);
            for (var i = 0; i < States.Length; i++)
            {
                points.Add(counts[i]).With("protocol"u8, "tcp"u8).With("state"u8, States[i]);
            }
        }

        WriteTracked(files, points, Tracked, "/proc/sys/net/netfilter/nf_conntrack_count"u8);
        WriteTracked(files, points, MostTracked, "/proc/sys/net/netfilter/nf_conntrack_max"u8);
    }

    /// <summary>
    /// <c>/proc/net</c> leads to the network of whoever reads it, even below <c>root_path</c>: in a container, to that of the container. The host's is
    /// that of its first process.
    /// </summary>
    private static ReadOnlySpan<byte> Read(HostFiles files, ReadOnlySpan<byte> ofHost, ReadOnlySpan<byte> own) =>
        files.RootUtf8.Length > 0 && files.TryRead(ofHost, out var content) == 0 ? content : files.Read(own);

    private static ReadOnlySpan<byte> TryRead(HostFiles files, ReadOnlySpan<byte> ofHost, ReadOnlySpan<byte> own) =>
        (files.RootUtf8.Length > 0 && files.TryRead(ofHost, out var content) == 0) || files.TryRead(own, out content) == 0 ? content : default;

    private static void Count(ReadOnlySpan<byte> text, Span<long> counts)
    {
        _ = Fields.TryLine(ref text, out _);
        while (Fields.TryLine(ref text, out var line))
        {
            var fields = new Fields(line);
            fields.Skip(3);
            var code = fields.Next();
            if (System.Buffers.Text.Utf8Parser.TryParse(code, out byte state, out _, 'X') && (uint)(state - 1) < (uint)counts.Length)
            {
                counts[state - 1]++;
            }
        }
    }

    private static void WriteTracked(HostFiles files, HostPoints points, HostMetric metric, ReadOnlySpan<byte> path)
    {
        // Without a firewall that keeps track there is no such file.
        if (points.Begin(metric) && files.TryRead(path, out var text) == 0)
        {
            points.Add(Fields.Number(text.Trim((byte)'\n')));
        }
    }

    private void Write(HostPoints points, HostMetric metric, ReadOnlySpan<byte> text, int column)
    {
        if (!points.Begin(metric))
        {
            return;
        }

        while (Fields.TryLine(ref text, out var line))
        {
            var colon = line.LastIndexOf((byte)':');
            var name = colon < 0 ? default : line[..colon].Trim((byte)' ');
            if (name.IsEmpty || !filter.Takes(name))
            {
                continue;
            }

            var counts = new Fields(line[(colon + 1)..]);
            counts.Skip(column);
            var received = counts.Number();
            counts.Skip(Sent - 1);
            points.Add(received).With("device"u8, name).With("direction"u8, "receive"u8);
            points.Add(counts.Number()).With("device"u8, name).With("direction"u8, "transmit"u8);
        }
    }
}
