namespace Sluice.Telemetry.Tests.Otlp;

/// <summary>A message that the slow reader does not take.</summary>
internal sealed class BadWireException(string what, bool isStricterThanProtobuf = false) : Exception(what)
{
    /// <summary>Google.Protobuf takes it, by dropping the upper bits of a number or by nesting deeper.</summary>
    public bool IsStricterThanProtobuf { get; } = isStricterThanProtobuf;
}
