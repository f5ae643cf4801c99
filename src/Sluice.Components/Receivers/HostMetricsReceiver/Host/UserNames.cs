using System.Buffers.Text;

namespace Sluice.Components.Receivers.HostMetricsReceiver.Host;

/// <summary>Names of users by their number, as the host has them in <c>/etc/passwd</c>.</summary>
internal sealed class UserNames
{
    private readonly Dictionary<long, byte[]> _names = [];
    private byte[] _text = [];

    /// <summary>Reads them again if they changed.</summary>
    public void Refresh(HostFiles files)
    {
        if (files.TryRead("/etc/passwd"u8, out var text) != 0 || text.SequenceEqual(_text))
        {
            return;
        }

        _text = text.ToArray();
        _names.Clear();
        while (Fields.TryLine(ref text, out var line))
        {
            // name:password:number:…
            var name = line.IndexOf((byte)':');
            var number = name < 0 ? -1 : line[(name + 1)..].IndexOf((byte)':');
            if (number >= 0 && Utf8Parser.TryParse(line[(name + number + 2)..], out uint id, out _))
            {
                _names.TryAdd(id, line[..name].ToArray());
            }
        }
    }

    /// <summary>The name of a user; null where there is none.</summary>
    public byte[]? Of(long number) => _names.GetValueOrDefault(number);
}
