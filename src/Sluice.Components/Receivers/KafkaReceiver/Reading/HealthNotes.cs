using Sluice.Runtime.Health;

namespace Sluice.Components.Receivers.KafkaReceiver.Reading;

/// <summary>Why the receiver does not work as it should: on the side of Kafka, and on that of the journal. Used by the thread of the client.</summary>
internal sealed class HealthNotes(ComponentHealth health)
{
    private string? _broken;
    private string? _refused;

    /// <summary>Kafka said that something is wrong, and nothing since.</summary>
    public bool IsBroken => _broken is not null;

    /// <summary>Kafka cannot be read.</summary>
    public void Broken(string reason)
    {
        _broken = reason;
        Tell();
    }

    /// <summary>Kafka can be read.</summary>
    public void Working()
    {
        if (_broken is not null)
        {
            _broken = null;
            Tell();
        }
    }

    /// <summary>What was read is not taken.</summary>
    public void Refused(string reason)
    {
        _refused = reason;
        Tell();
    }

    /// <summary>What was read is taken.</summary>
    public void Taken()
    {
        if (_refused is not null)
        {
            _refused = null;
            Tell();
        }
    }

    private void Tell() => health.Set(_broken is null && _refused is null ? HealthState.Healthy : HealthState.Degraded, _broken ?? _refused ?? "");
}
