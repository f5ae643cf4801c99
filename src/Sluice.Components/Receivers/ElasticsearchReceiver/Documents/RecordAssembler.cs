using Sluice.Buffers;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Receivers.ElasticsearchReceiver.Documents;

/// <summary>
/// Puts encoded records into an <c>ExportLogsServiceRequest</c>, each under its resource: one resource for as many records as have the same
/// one after another. Borrows the output.
/// </summary>
internal struct RecordAssembler(PooledBufferWriter output)
{
    /// <summary>What containers are taken to need; a guess too far off costs moving them once.</summary>
    private const int ExpectedContainer = 32 * 1024;

    private readonly PooledBufferWriter _output = output;
    private bool _isOpen;
    private int _containerMark;
    private int _scopeMark;
    private int _resourceStart;
    private int _resourceLength;

    /// <summary>Appends a record.</summary>
    /// <param name="resource">The content of its <c>Resource</c>.</param>
    /// <param name="record">Its field in <c>ScopeLogs</c>, tag and length included.</param>
    public void Append(ReadOnlySpan<byte> resource, ReadOnlySpan<byte> record)
    {
        if (!_isOpen || !_output.WrittenSpan.Slice(_resourceStart, _resourceLength).SequenceEqual(resource))
        {
            Finish();
            Begin(resource);
        }

        _output.Write(record);
    }

    /// <summary>Ends what is open.</summary>
    public void Finish()
    {
        if (!_isOpen)
        {
            return;
        }

        var writer = new ProtoWriter(_output);
        writer.EndMessage(_scopeMark, ExpectedContainer);
        writer.EndMessage(_containerMark, ExpectedContainer);
        _isOpen = false;
    }

    private void Begin(ReadOnlySpan<byte> resource)
    {
        var writer = new ProtoWriter(_output);
        _containerMark = writer.BeginMessage(OtlpContainer.RequestResources, ExpectedContainer);
        writer.Bytes(OtlpContainer.Own, resource);
        _resourceLength = resource.Length;
        _resourceStart = _output.Length - resource.Length;
        _scopeMark = writer.BeginMessage(OtlpContainer.Children, ExpectedContainer);
        var scope = writer.BeginMessage(OtlpContainer.Own);
        writer.Bytes(OtlpFields.Scope.Name, "sluice/elasticsearch"u8);
        writer.EndMessage(scope);
        _isOpen = true;
    }
}
