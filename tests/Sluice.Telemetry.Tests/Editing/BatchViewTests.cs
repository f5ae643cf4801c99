using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Resource.V1;
using Sluice.Buffers;
using Sluice.Telemetry.Editing;
using Sluice.Telemetry.Otlp;
using Sluice.Telemetry.Tests.Otlp;
using Sluice.Testing;
using Sluice.Testing.Otlp;

namespace Sluice.Telemetry.Tests.Editing;

public sealed class BatchViewTests : IDisposable
{
    private readonly Indexing _indexing = new();
    private readonly PooledBufferWriter _output;

    public BatchViewTests() => _output = new PooledBufferWriter(_indexing.Pool.Buffers, "test");

    public void Dispose()
    {
        _output.Dispose();
        _indexing.Dispose();
    }

    [Fact]
    public void An_untouched_view_holds_nothing_and_writes_the_payload()
    {
        using var batch = _indexing.Accept(Signal.Logs, Logs(5));
        using var view = _indexing.Pool.RentView(batch);

        var written = view.WriteRequest(_output);

        Assert.True(view.IsUntouched);
        Assert.Equal(0, view.MemorySize);
        Assert.Equal(batch.Payload.Length, written);
        Assert.True(batch.Payload.SequenceEqual(_output.WrittenSpan));
    }

    [Fact]
    public void An_untouched_view_keeps_what_an_encoder_would_not_write()
    {
        // An empty resource container, and one whose length takes more bytes than it needs.
        byte[] request = [0x0A, 0x00, 0x0A, 0x82, 0x00, 0x12, 0x00];
        using var batch = _indexing.Index(Signal.Logs, request).Batch!;
        using var view = _indexing.Pool.RentView(batch);

        view.WriteRequest(_output);

        Assert.Equal(request, _output.WrittenSpan.ToArray());
    }

    [Fact]
    public void Removing_nothing_leaves_the_view_untouched()
    {
        using var batch = _indexing.Accept(Signal.Logs, Logs(5));
        using var view = _indexing.Pool.RentView(batch);

        Assert.Equal(0, view.RemoveWhere(0, static (int _, in RecordView _) => false));

        Assert.True(view.IsUntouched);
    }

    [Fact]
    public void Removing_keeps_the_order_of_the_others()
    {
        using var batch = _indexing.Accept(Signal.Logs, Logs(6));
        using var view = _indexing.Pool.RentView(batch);

        Assert.Equal(3, view.RemoveWhere(0UL, static (ulong _, in RecordView record) => record.Envelope.TimeUnixNano % 2 == 0));
        Assert.Equal(1, view.RemoveWhere(3UL, static (ulong time, in RecordView record) => record.Envelope.TimeUnixNano == time));

        Assert.Equal([1UL, 5UL], view.Envelopes.ToArray().Select(e => e.TimeUnixNano));
        Assert.Equal(6, batch.Count);
    }

    [Fact]
    public void A_predicate_that_throws_loses_no_record_it_did_not_condemn()
    {
        using var batch = _indexing.Accept(Signal.Logs, Logs(6));
        using var view = _indexing.Pool.RentView(batch);

        Assert.Throws<InvalidDataException>(() => view.RemoveWhere(0, static (int _, in RecordView record) =>
            record.Envelope.TimeUnixNano == 4 ? throw new InvalidDataException() : record.Envelope.TimeUnixNano == 2));

        Assert.Equal([1UL, 3UL, 4UL, 5UL, 6UL], view.Envelopes.ToArray().Select(e => e.TimeUnixNano));
    }

    [Fact]
    public void A_cleared_view_writes_no_container()
    {
        using var batch = _indexing.Accept(Signal.Logs, Logs(5));
        using var view = _indexing.Pool.RentView(batch);
        view.ReplaceRecord(0, new LogRecord { TimeUnixNano = 9 }.ToByteArray());

        view.Clear();

        Assert.Equal(0, view.Count);
        Assert.Equal(0, view.WriteRequest(_output));
    }

    [Fact]
    public void Records_that_were_refused_are_never_written()
    {
        var request = Logs(3);
        request.ResourceLogs[0].ScopeLogs[0].LogRecords[1].TraceId = ByteString.CopyFrom(1, 2, 3);
        using var batch = _indexing.Accept(Signal.Logs, request);
        using var view = _indexing.Pool.RentView(batch);
        request.ResourceLogs[0].ScopeLogs[0].LogRecords.RemoveAt(1);

        view.WriteRequest(_output);

        Assert.Equal(1, batch.Rejections.Records);
        Assert.Equal(request, ExportLogsServiceRequest.Parser.ParseFrom(_output.WrittenSpan));
        _output.Clear();
        OtlpRequestWriter.Write(batch, 0, batch.Count, _output);
        Assert.Equal(request, ExportLogsServiceRequest.Parser.ParseFrom(_output.WrittenSpan));
    }

    [Fact]
    public void A_resource_or_scope_that_was_refused_without_a_record_is_never_written()
    {
        var request = Logs(1);
        var bad = new ResourceLogs { Resource = new Resource { Attributes = { new KeyValue { Key = "k?y" } } } };
        request.ResourceLogs.Add(bad);
        request.ResourceLogs[0].ScopeLogs.Add(new ScopeLogs { Scope = new InstrumentationScope { Name = "n?me" } });
        var bytes = request.ToByteArray();
        bytes.AsSpan().Replace((byte)'?', (byte)0xFF);
        using var batch = _indexing.Index(Signal.Logs, bytes).Batch!;
        using var view = _indexing.Pool.RentView(batch);

        view.WriteRequest(_output);

        Assert.Equal(0, batch.Rejections.Records);
        Assert.Equal(Logs(1), ExportLogsServiceRequest.Parser.ParseFrom(_output.WrittenSpan));
    }

    [Fact]
    public void Fields_of_a_request_that_are_unknown_stay_when_a_record_goes()
    {
        // The number of the resources with another wire type is an unknown field too.
        byte[] unknown = [0x08, 0x05, 0x12, 0x01, (byte)'u'];
        using var batch = _indexing.Index(Signal.Logs, [.. Logs(2).ToByteArray(), .. unknown]).Batch!;
        using var view = _indexing.Pool.RentView(batch);
        view.RemoveWhere(0, static (int _, in RecordView _) => true);

        view.WriteRequest(_output);

        Assert.Equal(unknown, _output.WrittenSpan.ToArray());
    }

    [Fact]
    public void A_replaced_record_gets_the_header_of_its_new_message()
    {
        using var batch = _indexing.Accept(Signal.Logs, Logs(2));
        using var view = _indexing.Pool.RentView(batch);
        var record = new LogRecord
        {
            TimeUnixNano = 77,
            SeverityNumber = SeverityNumber.Error,
            EventName = "e",
            TraceId = ByteString.CopyFrom(Enumerable.Repeat((byte)1, 16).ToArray()),
        };

        view.ReplaceRecord(1, record.ToByteArray());

        var header = view.Envelopes[1];
        Assert.Equal(EnvelopeFlags.InSlab | EnvelopeFlags.Event, header.Flags);
        header.Flags = EnvelopeFlags.Event;
        Oracle.AssertHeader(record, in header);
        Assert.Equal(2UL, batch.Envelopes[1].TimeUnixNano);
    }

    [Fact]
    public void A_record_may_be_replaced_by_bytes_of_the_same_view()
    {
        using var batch = _indexing.Accept(Signal.Logs, Logs(2));
        using var view = _indexing.Pool.RentView(batch);
        var record = new LogRecord { TimeUnixNano = 5, SeverityText = new string('x', 3000) };
        view.ReplaceRecord(0, record.ToByteArray());

        // The slab has to grow for this, which must not pull the bytes away.
        view.ReplaceRecord(1, view.GetRecord(0).Message);

        Assert.Equal(record, LogRecord.Parser.ParseFrom(view.GetRecord(1).Message));
    }

    [Fact]
    public void A_replaced_resource_message_keeps_what_else_its_container_holds()
    {
        var request = Logs(2);
        request.ResourceLogs[0].MergeFrom(new byte[] { 0xA2, 0x06, 0x01, 0x07 });
        using var batch = _indexing.Accept(Signal.Logs, request);
        using var view = _indexing.Pool.RentView(batch);
        var resource = new OpenTelemetry.Proto.Resource.V1.Resource
        {
            Attributes = { new OpenTelemetry.Proto.Common.V1.KeyValue { Key = "service.name", Value = new() { StringValue = "shop" } } },
        };

        view.ReplaceResourceMessage(0, resource.ToByteArray());
        view.WriteRequest(_output);

        request.ResourceLogs[0].Resource = resource;
        Assert.Equal(request, ExportLogsServiceRequest.Parser.ParseFrom(_output.WrittenSpan));
        Assert.True(view.GetRecord(0).Service.SequenceEqual("shop"u8));
    }

    [Theory]
    [InlineData(new byte[] { 0x4A, 0x01, 0x00 }, RejectionReason.TraceIdSize)]
    [InlineData(new byte[] { 0x1A, 0x01, 0xFF }, RejectionReason.InvalidUtf8)]
    [InlineData(new byte[] { 0x1A, 0x7F }, RejectionReason.None)]
    public void A_record_that_the_indexer_would_refuse_is_no_edit(byte[] message, RejectionReason reason)
    {
        using var batch = _indexing.Accept(Signal.Logs, Logs(2));
        using var view = _indexing.Pool.RentView(batch);

        var refused = Assert.Throws<InvalidEditException>(() => view.ReplaceRecord(0, message));

        Assert.Equal(reason, refused.Reason);
        Assert.True(view.IsUntouched);
    }

    [Theory]
    [InlineData(new byte[] { 0x12, 0x00 })]
    [InlineData(new byte[] { 0x0A, 0x03, 0x0A })]
    public void Own_fields_with_a_child_or_malformed_are_no_edit(byte[] fields)
    {
        using var batch = _indexing.Accept(Signal.Logs, Logs(2));
        using var view = _indexing.Pool.RentView(batch);

        Assert.Throws<InvalidEditException>(() => view.ReplaceResource(0, fields));
        Assert.Throws<InvalidEditException>(() => view.ReplaceScope(0, fields));

        Assert.True(view.IsUntouched);
    }

    [Fact]
    public void Edits_beyond_the_slab_limit_are_refused_and_leave_the_view_usable()
    {
        var pool = new TelemetryPool(_indexing.Pool.Buffers) { SlabLimit = 10_000 };
        using var batch = _indexing.Accept(Signal.Logs, Logs(3));
        using var view = pool.RentView(batch);
        var big = new LogRecord { SeverityText = new string('x', 6000) }.ToByteArray();
        view.ReplaceRecord(0, big);

        var refused = Assert.Throws<SlabLimitException>(() => view.ReplaceRecord(1, big));

        Assert.Equal(10_000, refused.Limit);
        Assert.True(view.GetRecord(0).Message.SequenceEqual(big));
        Assert.Equal(2UL, view.Envelopes[1].TimeUnixNano);
    }

    [Fact]
    public void Editing_the_same_records_over_and_over_does_not_use_up_the_slab()
    {
        var pool = new TelemetryPool(_indexing.Pool.Buffers) { SlabLimit = 64 * 1024 };
        using var batch = _indexing.Accept(Signal.Logs, Logs(10));
        using var view = pool.RentView(batch);

        for (var round = 1; round <= 500; round++)
        {
            for (var i = 0; i < view.Count; i++)
            {
                view.ReplaceRecord(i, new LogRecord { TimeUnixNano = (ulong)i, SeverityText = new string('x', round) }.ToByteArray());
            }
        }

        Assert.Equal(Enumerable.Range(0, 10).Select(i => (ulong)i), view.Envelopes.ToArray().Select(e => e.TimeUnixNano));
        Assert.InRange(view.MemorySize, 1, 64 * 1024);
    }

    [Fact]
    public void Dropping_and_editing_allocates_nothing_per_record_in_steady_state()
    {
        using var buffers = new BufferPool();
        var pool = new TelemetryPool(buffers);
        using var editor = new AttributeEditor(
            [AttributeOperation.Upsert("deployment.environment", AttributeSource.Literal("production"))], buffers);
        using var scratch = new PooledBufferWriter(buffers, "test");
        using var output = new PooledBufferWriter(buffers, "test");
        var request = new OtlpGenerator(7, new OtlpGeneratorOptions { Records = 800 }).Request(Signal.Logs).ToByteArray();


        // Nothing may grow with the records.
        var limit = Round() / 2;
        Assert.InRange(Allocations.Least(() => Round(), limit), 0, limit);
        Assert.NotEqual(0, output.Length);

        int Round()
        {
            var buffer = buffers.Rent(request.Length, "test");
            request.CopyTo(buffer.Span);
            using var batch = OtlpIndexer.Index(Signal.Logs, buffer, 0, request.Length, pool, IndexLimits.Default).Batch!;
            using var view = pool.RentView(batch);
            view.RemoveWhere(0, static (int _, in RecordView record) => record.Envelope.Code < 5);
            for (var i = 0; i < view.Count; i++)
            {
                scratch.Clear();
                if (editor.TryEdit(view.GetRecord(i).Message, OtlpFields.LogRecord.Attributes, scratch))
                {
                    view.ReplaceRecord(i, scratch.WrittenSpan);
                }
            }

            output.Clear();
            view.WriteRequest(output);
            return batch.Count;
        }
    }

    private static ExportLogsServiceRequest Logs(int count)
    {
        var scope = new ScopeLogs();
        for (var i = 1; i <= count; i++)
        {
            scope.LogRecords.Add(new LogRecord { TimeUnixNano = (ulong)i, SeverityText = "INFO" });
        }

        return new ExportLogsServiceRequest { ResourceLogs = { new ResourceLogs { SchemaUrl = "r", ScopeLogs = { scope } } } };
    }
}
