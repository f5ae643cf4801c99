using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Sluice.Buffers;
using Sluice.Components.Receivers.HttpEvents;
using Sluice.Telemetry;
using Sluice.Telemetry.Encoders.CloudEvents;
using Sluice.Telemetry.Otlp;
using Sluice.Telemetry.Otlp.Json;
using Sluice.Transport.Bodies;

namespace Sluice.Components.Receivers.CloudEventsReceiver;

/// <summary>The events of one request on their way to records.</summary>
internal sealed class CloudEventsRequest : IDisposable
{
    /// <summary>Bytes of records for each byte that a body may have: a small event becomes a record with many attributes.</summary>
    public const int LargestGrowth = 16;

    /// <summary>Memory for knowing an event again: its key on its way, and its entry in the table.</summary>
    private const int KeySize = 256;

    private const int ExpectedGrowth = 2;
    private const int ExpectedExtra = 1024;

    private readonly ContentMode _mode;
    private readonly HttpRequest _http;
    private readonly ReadOnlyMemory<byte> _body;
    private readonly ulong _receivedUnixNano;
    private readonly int _maxLength;
    private readonly BudgetLease _lease;
    private readonly CloudEventDecoder _decoder;
    private readonly TraceParent? _hop;
    private HashSet<DeliveryKey>? _only;
    private int _chargedForDecoder;

    /// <summary>Reads nothing yet.</summary>
    /// <param name="buffers">Where memory comes from.</param>
    /// <param name="mode">How it carries events.</param>
    /// <param name="http">The request.</param>
    /// <param name="body">Its body; JSON without faults unless the mode is binary. Borrowed.</param>
    /// <param name="receivedUnixNano">When it arrived.</param>
    /// <param name="maxLength">Bytes that the records may take.</param>
    /// <param name="lease">Is charged with what they take.</param>
    public CloudEventsRequest(
        BufferPool buffers, ContentMode mode, HttpRequest http, ReadOnlyMemory<byte> body, ulong receivedUnixNano, int maxLength, BudgetLease lease)
    {
        _mode = mode;
        _http = http;
        _body = body;
        _receivedUnixNano = receivedUnixNano;
        _maxLength = maxLength;
        _lease = lease;
        _hop = TraceParent.Read((string?)http.Headers.TraceParent);
        _decoder = new CloudEventDecoder(buffers);
        Output = new PooledBufferWriter(buffers, "records of CloudEvents");
    }

    /// <summary>The records as an <c>ExportLogsServiceRequest</c>.</summary>
    public PooledBufferWriter Output { get; }

    /// <summary>Bytes that the lease is charged for <see cref="Output"/>.</summary>
    public int ChargedForOutput { get; private set; }

    /// <summary>What the events are known by, in their order.</summary>
    public List<DeliveryKey> Keys { get; } = [];

    /// <summary>Writes all records.</summary>
    /// <returns>Why they cannot be taken; null when they can.</returns>
    public EventAnswer? Write()
    {
        var expected = BufferPool.CapacityFor((int)Math.Min(((long)_body.Length * ExpectedGrowth) + ExpectedExtra, BufferPool.MaximumSize));
        if (!_lease.TryExtend(expected))
        {
            return EventAnswer.OverBudget;
        }

        ChargedForOutput = expected;
        return WriteRecords();
    }

    /// <summary>Writes anew the first record of each of these keys.</summary>
    /// <returns>Why they cannot be taken; null when they can.</returns>
    public EventAnswer? WriteAgain(HashSet<DeliveryKey> only)
    {
        _only = [.. only];
        Keys.Clear();
        Output.Clear();
        return WriteRecords();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _decoder.Dispose();
        Output.Dispose();
    }

    private EventAnswer? WriteRecords()
    {
        var builder = new OtlpRequestBuilder(Output);
        builder.BeginResource();
        builder.BeginScope("sluice/cloudevents"u8);
        var refusal = _mode switch
        {
            ContentMode.Binary => WriteBinary(builder),
            ContentMode.Structured => WriteJson(builder, _body.Span, ""),
            _ => WriteBatch(builder),
        };
        builder.Finish();
        return refusal;
    }

    private EventAnswer? WriteBatch(OtlpRequestBuilder builder)
    {
        var body = _body.Span;
        var reader = new Utf8JsonReader(body, JsonText.OptionsFor(isLines: false));
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return EventAnswer.BadData("the body: a batch is a JSON array of events");
        }

        for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (WriteJson(builder, body[start..(int)reader.BytesConsumed], $"[{i}]") is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    private EventAnswer? WriteJson(OtlpRequestBuilder builder, ReadOnlySpan<byte> json, string place)
    {
        if (_decoder.ReadJson(json) is { } error)
        {
            var whole = place.Length > 0 ? place : "the body";
            return EventAnswer.BadData(error.Attribute.Length == 0 ? $"{whole}: {error.Problem}"
                : place.Length == 0 ? $"{error.Attribute}: {error.Problem}" : $"{place}.{error.Attribute}: {error.Problem}");
        }

        return WriteRecord(builder, json);
    }

    private EventAnswer? WriteBinary(OtlpRequestBuilder builder)
    {
        _decoder.Begin();
        foreach (var header in _http.Headers)
        {
            if (!header.Key.StartsWith(ContentModes.HeaderPrefix, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (header.Value.Count != 1)
            {
                return EventAnswer.BadData($"header {header.Key}: is there {header.Value.Count} times");
            }

            if (_decoder.ReadHeader(header.Key.AsSpan(ContentModes.HeaderPrefix.Length), header.Value[0]) is { } wrong)
            {
                return EventAnswer.BadData($"header {ContentModes.HeaderPrefix}{wrong.Attribute}: {wrong.Problem}");
            }
        }

        if (_decoder.ReadData(_http.ContentType, _body.Span) is { } error)
        {
            var place = error.Attribute switch
            {
                "data" => "the body",
                "datacontenttype" => "header Content-Type",
                _ => $"header {ContentModes.HeaderPrefix}{error.Attribute}",
            };
            return EventAnswer.BadData($"{place}: {error.Problem}");
        }

        return WriteRecord(builder, _body.Span);
    }

    private EventAnswer? WriteRecord(OtlpRequestBuilder builder, ReadOnlySpan<byte> bytes)
    {
        var key = DeliveryKey.OfPair(_decoder.Source, _decoder.Id);
        if (_only is null || _only.Remove(key))
        {
            Keys.Add(key);
            _decoder.Write(builder, bytes, _receivedUnixNano, _hop);
        }

        return Account();
    }

    /// <summary>Charges what the last event made the buffers grow.</summary>
    private EventAnswer? Account()
    {
        if (Output.Length > _maxLength)
        {
            return EventAnswer.TooLarge("the records of the request take more than this receiver allows; send fewer at once");
        }

        var moreOutput = Math.Max(0, Output.Capacity - ChargedForOutput);
        var moreDecoder = Math.Max(0, _decoder.Capacity - _chargedForDecoder);
        if (!_lease.TryExtend(moreOutput + moreDecoder + KeySize))
        {
            return EventAnswer.OverBudget;
        }

        ChargedForOutput += moreOutput;
        _chargedForDecoder += moreDecoder;
        return null;
    }
}
