namespace Sluice.Telemetry.Encoders.CloudEvents;

/// <summary>Walks the attributes of one CloudEvent. Use with <c>foreach</c>; allocates nothing.</summary>
public ref struct CloudEventAttributeEnumerator
{
    private readonly CloudEventAttributeSet _set;
    private int _next;

    internal CloudEventAttributeEnumerator(CloudEventAttributeSet set) => _set = set;

    /// <summary>The attribute at hand.</summary>
    public readonly CloudEventAttribute Current => _set[_next - 1];

    /// <summary>Enables <c>foreach</c>.</summary>
    public readonly CloudEventAttributeEnumerator GetEnumerator() => this;

    /// <summary>Moves to the next attribute.</summary>
    public bool MoveNext() => _next++ < _set.Count;
}
