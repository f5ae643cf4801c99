using Sluice.Buffers;
using Sluice.Telemetry.Encoders;

namespace Sluice.Telemetry.Otlp.Json;

/// <summary>
/// Writes export requests as OTLP-JSON (OTLP specification, "JSON Protobuf Encoding"): lower-camel names, ids in hexadecimal, other bytes in
/// base64, 64-bit integers as strings, enumerations as numbers, doubles that are not finite as strings; on one line, without a line break.
/// Fields stand in the order of the wire bytes, defaults are left out. Fields that OTLP 1.x does not define have no name and cannot be
/// expressed: they are left out. Allocates nothing.
/// </summary>
public static class OtlpJsonWriter
{
    /// <summary>Writes all records of a batch, as one request. A batch without records gives <c>{}</c>.</summary>
    public static void Write(EnvelopeBatch batch, PooledBufferWriter output) => Write(batch, 0, batch.Count, output);

    /// <summary>Writes some records of a batch, each under its resource and scope, as one request.</summary>
    /// <param name="batch">The batch, which stays the caller's.</param>
    /// <param name="start">The first record.</param>
    /// <param name="count">How many.</param>
    /// <param name="output">Where the request is appended.</param>
    public static void Write(EnvelopeBatch batch, int start, int count, PooledBufferWriter output)
    {
        var envelopes = batch.Envelopes.Slice(start, count);
        var request = OtlpSchema.Request(batch.Signal);
        var json = new JsonOutput(output);
        json.BeginObject();
        if (!envelopes.IsEmpty)
        {
            var resources = request.Find(OtlpContainer.RequestResources)!;
            json.Name(resources.QuotedName);
            json.BeginArray();
            WriteResources(ref json, resources, batch, envelopes);
            json.EndArray();
        }

        json.EndObject();
        json.Flush();
    }

    /// <summary>
    /// Writes records of several batches of one signal as one request: call it for each, in their order, and <see cref="EndRequest"/> at last.
    /// </summary>
    /// <param name="batch">The batch, which stays the caller's.</param>
    /// <param name="start">The first record.</param>
    /// <param name="count">How many, at least one.</param>
    /// <param name="isFirst">Whether the request begins with it.</param>
    /// <param name="output">Where the request is appended.</param>
    public static void WritePart(EnvelopeBatch batch, int start, int count, bool isFirst, PooledBufferWriter output)
    {
        var resources = OtlpSchema.Request(batch.Signal).Find(OtlpContainer.RequestResources)!;
        if (!isFirst)
        {
            output.WriteByte((byte)',');
        }

        var json = new JsonOutput(output);
        if (isFirst)
        {
            json.BeginObject();
            json.Name(resources.QuotedName);
            json.BeginArray();
        }

        WriteResources(ref json, resources, batch, batch.Envelopes.Slice(start, count));
        json.Flush();
    }

    /// <summary>Ends a request that was begun with <see cref="WritePart"/>.</summary>
    public static void EndRequest(PooledBufferWriter output) => output.Write("]}"u8);

    /// <summary>Writes an encoded export request whole, empty resources and scopes included.</summary>
    /// <param name="signal">Which request it is.</param>
    /// <param name="request">One of which the indexer refuses nothing: what is nested deeper than its limit would exhaust the stack here.</param>
    /// <param name="output">Where the text is appended.</param>
    public static void WriteRequest(Signal signal, ReadOnlySpan<byte> request, PooledBufferWriter output)
    {
        var json = new JsonOutput(output);
        OtlpMessageJson.Write(ref json, OtlpSchema.Request(signal), request);
        json.Flush();
    }

    private static void WriteResources(ref JsonOutput json, OtlpField resources, EnvelopeBatch batch, ReadOnlySpan<Envelope> envelopes)
    {
        var scopes = resources.Message!.Find(OtlpContainer.Children)!;
        while (!envelopes.IsEmpty)
        {
            var index = envelopes[0].Resource;
            var count = 1;
            while (count < envelopes.Length && envelopes[count].Resource == index)
            {
                count++;
            }

            var resource = batch.Resources[index];
            json.BeginObject();
            OtlpMessageJson.WriteFields(
                ref json, resources.Message, batch.Payload.Slice(resource.Offset, resource.Length), except: OtlpContainer.Children);
            json.Name(scopes.QuotedName);
            json.BeginArray();
            WriteScopes(ref json, scopes.Message!, batch, envelopes[..count]);
            json.EndArray();
            json.EndObject();
            envelopes = envelopes[count..];
        }
    }

    private static void WriteScopes(ref JsonOutput json, OtlpMessage container, EnvelopeBatch batch, ReadOnlySpan<Envelope> envelopes)
    {
        var records = container.Find(OtlpContainer.Children)!;
        while (!envelopes.IsEmpty)
        {
            var index = envelopes[0].Scope;
            var scope = batch.Scopes[index];
            json.BeginObject();
            OtlpMessageJson.WriteFields(ref json, container, batch.Payload.Slice(scope.Offset, scope.Length), except: OtlpContainer.Children);
            json.Name(records.QuotedName);
            json.BeginArray();
            var count = 0;
            while (count < envelopes.Length && envelopes[count].Scope == index)
            {
                var envelope = envelopes[count++];
                OtlpMessageJson.Write(ref json, records.Message!, batch.Payload.Slice(envelope.Offset, envelope.Length));
            }

            json.EndArray();
            json.EndObject();
            envelopes = envelopes[count..];
        }
    }
}
