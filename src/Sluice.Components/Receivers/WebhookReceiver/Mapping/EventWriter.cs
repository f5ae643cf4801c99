using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Sluice.Buffers;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;
using Sluice.Telemetry.Otlp.Json;
using Sluice.Transport.Bodies;

namespace Sluice.Components.Receivers.WebhookReceiver.Mapping;

/// <summary>
/// Turns requests into an <c>ExportLogsServiceRequest</c>, bytes to bytes: bodies and attributes are copied as they are read. Only names, ids
/// and times become short texts on the way.
/// </summary>
internal sealed class EventWriter
{
    private const string TraceParentHeader = "traceparent";

    private readonly EventMapping _mapping;
    private readonly string _endpoint;
    private readonly JsonPaths _inBody = new();
    private readonly JsonPaths _inItem = new();

    /// <summary>Those of the id alone, which is asked for first: where a header has it, the body is not searched for it.</summary>
    private readonly JsonPaths _idInBody = new();
    private readonly int _elements;
    private readonly CompiledSource[] _name;
    private readonly CompiledSource[] _time;
    private readonly CompiledSource[] _id;
    private readonly CompiledSource[] _severity;
    private readonly CompiledRule[] _attributes;
    private readonly CompiledRule[] _resource;

    /// <summary>Looks everything up.</summary>
    /// <param name="mapping">How requests become records.</param>
    /// <param name="endpoint">The name of the endpoint, which every record carries.</param>
    public EventWriter(EventMapping mapping, string endpoint)
    {
        _mapping = mapping;
        _endpoint = endpoint;
        _elements = mapping.Elements is null ? -1 : _inBody.Add(mapping.Elements);
        _name = Compile(mapping.Name);
        _time = Compile(mapping.Time);
        _id = [.. mapping.Id.Select(source => new CompiledSource(source, source.Kind == ValueSourceKind.Body ? _idInBody.Add(source.Name) : -1))];
        _severity = Compile(mapping.Severity);
        _attributes = Compile(mapping.Attributes);
        _resource = Compile(mapping.Resource);
    }

    /// <summary>The id of a delivery. A body of several values has none of its own; the headers may.</summary>
    public string? FindId(IHeaderDictionary headers, ReadOnlySpan<byte> body, bool isLines)
    {
        Span<JsonRange> inBody = stackalloc JsonRange[_idInBody.Count];
        inBody.Clear();
        if (!isLines && !IsArray(body))
        {
            _idInBody.Find(body, inBody);
        }

        return new RequestValues(headers, body, inBody, [], []).FirstText(_id);
    }

    /// <summary>Writes the records.</summary>
    /// <param name="request">The request.</param>
    /// <param name="output">Where they are written.</param>
    /// <param name="maxLength">Bytes that they may take.</param>
    /// <param name="lease">Is charged with the capacity of the output, what was <paramref name="charged"/> before included.</param>
    /// <param name="charged">Bytes that are charged for the output; corrected to what is.</param>
    public EventWriteStatus Write(in EventRequest request, PooledBufferWriter output, int maxLength, BudgetLease lease, ref int charged)
    {
        var writing = new Writing(new OtlpRequestBuilder(output), output, maxLength, lease, TraceParent.Read(request.Headers[TraceParentHeader])) { Charged = charged };
        Span<JsonRange> inBody = stackalloc JsonRange[_inBody.Count];
        inBody.Clear();
        var elements = default(JsonRange);
        if (_elements >= 0 && !request.IsLines && !IsArray(request.Body))
        {
            _inBody.Find(request.Body, inBody);
            elements = inBody[_elements];
        }


        // Room for what most bodies become, so that it is not moved while it grows.
        output.GetSpan((int)Math.Min(request.Body.Length * 2L, charged));
        var status = elements.Exists && IsArray(elements.In(request.Body))
            ? WriteElements(request, elements.In(request.Body), request.Body, inBody, ref writing)
            : WriteValues(request, ref writing);
        writing.Builder.Finish();
        charged = writing.Charged;
        return status == EventWriteStatus.Ok && writing.Records == 0 ? EventWriteStatus.Empty : status;
    }

    private static ReadOnlySpan<byte> Space => " \t\r\n"u8;

    private static bool IsArray(ReadOnlySpan<byte> json) => json.TrimStart(Space) is [(byte)'[', ..];

    /// <summary>A body that is one value, an array of them, or one after another.</summary>
    private EventWriteStatus WriteValues(in EventRequest request, ref Writing writing)
    {
        var trimmed = request.Body.Trim(Space);
        if (!request.IsLines && trimmed[0] != '[')
        {
            return WriteRecord(request, trimmed, [], [], ref writing);
        }

        var reader = new Utf8JsonReader(request.Body, JsonText.OptionsFor(request.IsLines));
        while (reader.Read())
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            var value = request.Body[start..(int)reader.BytesConsumed];
            writing.IsBatch |= request.IsLines || value[0] == '[';
            var status = value[0] == '[' ? WriteElements(request, value, [], [], ref writing) : WriteRecord(request, value, [], [], ref writing);
            if (status != EventWriteStatus.Ok)
            {
                return status;
            }
        }

        return EventWriteStatus.Ok;
    }

    private EventWriteStatus WriteElements(
        in EventRequest request, ReadOnlySpan<byte> array, ReadOnlySpan<byte> body, scoped ReadOnlySpan<JsonRange> inBody, ref Writing writing)
    {
        writing.IsBatch = true;
        var reader = new Utf8JsonReader(array, JsonText.OptionsFor(isLines: false));
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            var status = WriteRecord(request, array[start..(int)reader.BytesConsumed], body, inBody, ref writing);
            if (status != EventWriteStatus.Ok)
            {
                return status;
            }
        }

        return EventWriteStatus.Ok;
    }

    /// <summary>Writes a record.</summary>
    /// <param name="request">The request.</param>
    /// <param name="item">What it is made of.</param>
    /// <param name="body">What it is a part of; empty when it is the body itself.</param>
    /// <param name="inBody">What was found there.</param>
    /// <param name="writing">Where it goes.</param>
    private EventWriteStatus WriteRecord(
        in EventRequest request, ReadOnlySpan<byte> item, ReadOnlySpan<byte> body, scoped ReadOnlySpan<JsonRange> inBody, ref Writing writing)
    {
        Span<JsonRange> inItem = stackalloc JsonRange[_inItem.Count];
        Span<JsonRange> inOwnBody = stackalloc JsonRange[_inBody.Count];
        _inItem.Find(item, inItem);
        if (body.IsEmpty)
        {
            _inBody.Find(item, inOwnBody);
        }

        var values = body.IsEmpty
            ? new RequestValues(request.Headers, item, inOwnBody, item, inItem)
            : new RequestValues(request.Headers, body, inBody, item, inItem);
        var builder = writing.Builder;
        if (_resource.Length > 0 || writing.Records == 0)
        {
            builder.BeginResource();
            WriteAttributes(_resource, values, builder);
            builder.BeginScope("sluice/webhook"u8);
        }

        builder.BeginRecord();
        WriteFields(request, values, writing, builder);
        WriteAttributes(_attributes, values, builder);
        builder.Body();
        JsonText.WriteValue(item, builder);
        builder.EndRecord();
        writing.Records++;
        return writing.Account();
    }

    private void WriteFields(in EventRequest request, in RequestValues values, in Writing writing, OtlpRequestBuilder builder)
    {
        foreach (var source in _time)
        {
            if (values.Text(source) is { } text && EventTime.Read(text) is > 0 and var time)
            {
                builder.Time(time);
                break;
            }
        }

        builder.ObservedTime(request.ReceivedUnixNano);
        foreach (var source in _severity)
        {
            if (values.Text(source) is { } word && SeverityWords.NumberOf(word) is > 0 and var severity)
            {
                builder.Severity(severity);
                builder.SeverityText(System.Text.Encoding.UTF8.GetBytes(word));
                break;
            }
        }

        builder.EventName(System.Text.Encoding.UTF8.GetBytes(NameOf(values)));
        if (writing.Trace is { } trace)
        {
            builder.TraceId(trace.TraceId);
            builder.SpanId(trace.SpanId);
            builder.TraceFlags(trace.Flags);
        }

        builder.Attribute("webhook.endpoint"u8, _endpoint);
        if (request.Id is not null)
        {
            builder.Attribute("webhook.delivery.id"u8, request.Id);
        }

        if (writing.IsBatch)
        {
            builder.Attribute("webhook.batch.id"u8, request.BatchId);
            builder.Attribute("webhook.batch.index"u8, writing.Records);
        }
    }

    private string NameOf(in RequestValues values)
    {
        var name = "";
        foreach (var source in _name)
        {
            if (values.Text(source) is { } part)
            {
                name = name.Length == 0 ? part : $"{name}.{part}";
            }
        }

        return name.Length == 0 ? "webhook.received" : _mapping.NamePrefix + name;
    }

    private static void WriteAttributes(CompiledRule[] rules, in RequestValues values, OtlpRequestBuilder builder)
    {
        foreach (var (rule, sources) in rules)
        {
            foreach (var source in sources)
            {
                if (rule.IsVerbatim ? WriteVerbatim(rule, source, values, builder) : WriteWord(rule, source, values, builder))
                {
                    break;
                }
            }
        }
    }

    private static bool WriteVerbatim(AttributeRule rule, in CompiledSource source, in RequestValues values, OtlpRequestBuilder builder)
    {
        if (values.Header(source) is { } header)
        {
            builder.Attribute(rule.KeyUtf8, header);
            return true;
        }

        var json = values.Json(source);
        if (json.IsEmpty)
        {
            return false;
        }

        builder.Key(rule.KeyUtf8);
        JsonText.WriteValue(json, builder);
        return true;
    }

    private static bool WriteWord(AttributeRule rule, in CompiledSource source, in RequestValues values, OtlpRequestBuilder builder)
    {
        if (values.Text(source) is not { } text)
        {
            return false;
        }

        foreach (var start in rule.Without)
        {
            if (text.StartsWith(start, StringComparison.Ordinal))
            {
                text = text[start.Length..];
                break;
            }
        }

        if (rule.Words is { } words && !words.TryGetValue(text, out text!))
        {
            return false;
        }

        builder.Attribute(rule.KeyUtf8, text);
        return true;
    }

    private CompiledSource[] Compile(IReadOnlyList<ValueSource> sources) => [.. sources.Select(source => new CompiledSource(source, source.Kind switch
    {
        ValueSourceKind.Body => _inBody.Add(source.Name),
        ValueSourceKind.Item => _inItem.Add(source.Name),
        _ => -1,
    }))];

    private CompiledRule[] Compile(IReadOnlyList<AttributeRule> rules) => [.. rules.Select(rule => new CompiledRule(rule, Compile(rule.Sources)))];

    /// <summary>The records of one request on their way into a buffer.</summary>
    private ref struct Writing(OtlpRequestBuilder builder, PooledBufferWriter output, int maxLength, BudgetLease lease, TraceParent? trace)
    {
        public readonly OtlpRequestBuilder Builder = builder;
        public readonly TraceParent? Trace = trace;
        public int Records;
        public bool IsBatch;
        public int Charged;

        /// <summary>Charges what the last record made the output grow.</summary>
        public EventWriteStatus Account()
        {
            if (output.Length > maxLength)
            {
                return EventWriteStatus.TooLarge;
            }

            if (output.Capacity > Charged)
            {
                if (!lease.TryExtend(output.Capacity - Charged))
                {
                    return EventWriteStatus.OverBudget;
                }

                Charged = output.Capacity;
            }

            return EventWriteStatus.Ok;
        }
    }
}
