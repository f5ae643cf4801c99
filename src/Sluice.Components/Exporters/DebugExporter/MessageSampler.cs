using Sluice.Telemetry;

namespace Sluice.Components.Exporters.DebugExporter;

/// <summary>Lets through the first messages of each second and every n-th of the rest, per signal. One thread at a time.</summary>
internal sealed class MessageSampler(int initial, int thereafter, TimeProvider time)
{
    private readonly int[] _seen = new int[3];
    private readonly long[] _secondStart = new long[3];

    /// <summary>Whether the next message of this signal is printed.</summary>
    public bool Take(Signal signal)
    {
        var i = (int)signal;
        var now = time.GetTimestamp();
        if (_seen[i] == 0 || time.GetElapsedTime(_secondStart[i], now) >= TimeSpan.FromSeconds(1))
        {
            _secondStart[i] = now;
            _seen[i] = 0;
        }

        var number = ++_seen[i];
        return number <= initial || (thereafter > 0 && (number - initial) % thereafter == 0);
    }
}
