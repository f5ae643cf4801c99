using Sluice.Buffers;

namespace Sluice.Telemetry.Editing;

/// <summary>What surrounds the records of a request without being part of them: peer, headers, authenticated subject.</summary>
public interface IAttributeContext
{
    /// <summary>Appends the UTF-8 text known as <paramref name="name"/>.</summary>
    /// <returns>False, with nothing written, when there is none.</returns>
    bool TryWrite(string name, PooledBufferWriter output);
}
