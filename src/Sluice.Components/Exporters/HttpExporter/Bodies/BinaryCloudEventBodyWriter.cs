using System.Net.Http.Headers;
using System.Text;
using Sluice.Buffers;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry.Encoders.CloudEvents;

namespace Sluice.Components.Exporters.HttpExporter.Bodies;

/// <summary>
/// One record as a CloudEvent in binary mode: its attributes are headers, its data is the body. An event whose data has a type that cannot stand
/// in a header, or that means another mode there, goes in structured mode, which can express any.
/// </summary>
internal sealed class BinaryCloudEventBodyWriter(BufferPool buffers) : IBodyWriter
{
    private const string ContentType = "Content-Type";
    private const string Prefix = "ce-";

    /// <summary>How content types of the other modes begin (CloudEvents, HTTP protocol binding, 3).</summary>
    private const string OtherModes = "application/cloudevents";

    private readonly CloudEventsEncoder _encoder = new(buffers);
    private readonly PooledBufferWriter _value = new(buffers, "header of a CloudEvent");
    private string? _type;
    private bool _isStructured;

    /// <inheritdoc/>
    public void Write(DeliveryBatch batch, PooledBufferWriter output)
    {
        var segment = batch.Segments[0];
        _encoder.BeginBatch(segment.Batch);
        _encoder.Read(segment.Start, segment.FirstRecord);
        var type = _encoder.ContentType;
        _isStructured = !type.IsEmpty && !TryParse(type, out _type);
        if (_isStructured)
        {
            _type = CloudEventsEncoder.StructuredMediaType;
            _encoder.WriteStructured(output);
        }
        else
        {
            _encoder.WriteData(output);
        }
    }

    /// <inheritdoc/>
    public void Describe(HttpRequestMessage request)
    {
        // As it stands in the event: printed from its parts it might have another space, and be another attribute.
        var headers = request.Content!.Headers;
        headers.Remove(ContentType);
        if (_type is not null)
        {
            headers.TryAddWithoutValidation(ContentType, _type);
        }

        if (_isStructured)
        {
            return;
        }

        foreach (var attribute in _encoder.Attributes)
        {
            _value.Clear();
            CloudEventText.WriteHeaderValue(attribute.Value, _value);
            request.Headers.TryAddWithoutValidation(Prefix + Encoding.ASCII.GetString(attribute.Name), Encoding.ASCII.GetString(_value.WrittenSpan));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _encoder.Dispose();
        _value.Dispose();
    }

    private static bool TryParse(ReadOnlySpan<byte> text, out string? type)
    {
        type = null;
        if (text.ContainsAnyExceptInRange((byte)' ', (byte)'~')
            || text[0] == ' '
            || text[^1] == ' '
            || !MediaTypeHeaderValue.TryParse(Encoding.ASCII.GetString(text), out var parsed)
            || parsed.MediaType!.StartsWith(OtherModes, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        type = Encoding.ASCII.GetString(text);
        return true;
    }
}
