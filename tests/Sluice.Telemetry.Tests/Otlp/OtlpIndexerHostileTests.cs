using System.Diagnostics;
using Google.Protobuf;
using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Tests.Otlp;

/// <summary>Input made to cost more than it should.</summary>
public sealed class OtlpIndexerHostileTests : IDisposable
{
    private readonly Indexing _indexing = new();

    public void Dispose() => _indexing.Dispose();

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public void A_value_of_a_hundred_thousand_levels_is_refused_with_its_record(int listField)
    {
        // Built from the inside out at the end of an array, since copying each level would be quadratic.
        var bytes = new byte[1_500_000];
        var start = bytes.Length;
        for (var level = 0; level < 100_000; level++)
        {
            Wrap(listField == 5 ? 1 : 2);
            if (listField == 6)
            {
                Wrap(1);
            }

            Wrap(listField);
        }

        Wrap(5);
        var record = bytes[start..];
        var request = InRequest(record, Field(1, Text("fine")));

        var result = _indexing.Index(Signal.Logs, request, new IndexLimits { MaxDepth = int.MaxValue });
        using var batch = result.Batch;
        Assert.Equal(IndexStatus.Ok, result.Status);
        Assert.Equal(new RecordRejections(1, 1, RejectionReason.TooDeep, 0), batch!.Rejections);
        Assert.Equal(1, batch.Count);

        void Wrap(int field)
        {
            var length = bytes.Length - start;
            var header = Field(field, [], length);
            start -= header.Length;
            header.CopyTo(bytes, start);
        }
    }

    [Fact]
    public void Values_are_accepted_down_to_the_limit_of_depth_and_no_further()
    {
        var limits = new IndexLimits { MaxDepth = 3 };
        var atLimit = Nested(3);
        var beyond = Nested(4);
        var envelope = default(Envelope);

        Assert.True(OtlpIndexer.TryIndexRecord(Signal.Logs, Field(5, atLimit), ref envelope, limits, out _));
        Assert.False(OtlpIndexer.TryIndexRecord(Signal.Logs, Field(5, beyond), ref envelope, limits, out var reason));
        Assert.Equal(RejectionReason.TooDeep, reason);

        static byte[] Nested(int levels) => levels == 0 ? Field(1, "x"u8.ToArray()) : Field(5, Field(1, Nested(levels - 1)));
    }

    [Fact]
    public void Groups_of_a_hundred_thousand_levels_are_malformed()
    {
        var groups = new byte[100_000];
        Array.Fill(groups, (byte)0x7B);
        Assert.Equal(IndexStatus.Malformed, _indexing.Index(Signal.Traces, groups).Status);
    }

    [Fact]
    public void Millions_of_empty_records_are_too_many()
    {
        var limits = new IndexLimits { MaxRecords = 1000 };
        var fitting = InRequest([.. Enumerable.Repeat(Array.Empty<byte>(), 1000)]);
        using (var batch = _indexing.Index(Signal.Logs, fitting, limits).Batch)
        {
            Assert.Equal(1000, batch!.Count);
        }

        var tooMany = InRequest([.. Enumerable.Repeat(Array.Empty<byte>(), 2_000_000)]);
        Assert.Equal(IndexStatus.TooManyRecords, _indexing.Index(Signal.Logs, tooMany, limits).Status);
    }

    [Fact]
    public void Millions_of_empty_resources_are_too_many() =>
        Assert.Equal(IndexStatus.TooManyRecords, _indexing.Index(Signal.Metrics, Repeated(Field(1, []), 2_000_000)).Status);

    [Fact]
    public void Millions_of_empty_scopes_are_too_many() =>
        Assert.Equal(IndexStatus.TooManyRecords, _indexing.Index(Signal.Metrics, Field(1, Repeated(Field(2, []), 2_000_000))).Status);

    [Fact]
    public void Time_grows_with_the_size_of_text_and_no_faster()
    {
        // Strings that end every run of ASCII at once, so that each is looked at on its own.
        var attribute = Field(6, [.. Field(1, "é"u8.ToArray()), .. Field(2, Text("aé"))]);
        var record = Repeated(attribute, 500_000);
        var watch = Stopwatch.StartNew();
        var envelope = default(Envelope);
        Assert.True(OtlpIndexer.TryIndexRecord(Signal.Logs, record, ref envelope, IndexLimits.Default, out _));

        // Tens of milliseconds; were the work quadratic it would be hours.
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData("0AFFFFFFFFFFFFFFFFFF01", "a length of 2^64 - 1")]
    [InlineData("0A818080808001", "a length of one with bits beyond 32")]
    [InlineData("0AFFFFFFFF0F", "a length that is negative as an int")]
    [InlineData("0AFFFFFFFFFFFFFFFFFFFFFF01", "a varint of twelve bytes")]
    [InlineData("8A8080808010", "a tag beyond 32 bits")]
    [InlineData("0A020A02", "a resource container cut off in a field")]
    [InlineData("00", "field number zero")]
    [InlineData("0200", "field number zero with a length")]
    [InlineData("0E", "wire type six")]
    [InlineData("0F", "wire type seven")]
    [InlineData("0C", "the end of no group")]
    [InlineData("131C", "the end of another group")]
    [InlineData("13", "a group without an end")]
    public void Malformed_fields_are_refused(string request, string because)
    {
        _ = because;
        Assert.Equal(IndexStatus.Malformed, _indexing.Index(Signal.Logs, Convert.FromHexString(request)).Status);
    }

    [Fact]
    public void Tags_and_lengths_longer_than_needed_are_read()
    {
        // Resource, scope and record containers, and a severity of 9, all with tags and lengths of more bytes than they need.
        byte[] record = [0x90, 0x80, 0x00, 0x89, 0x00];
        byte[] scope = [0x92, 0x00, 0x85, 0x00, .. record];
        byte[] resource = [0x92, 0x80, 0x80, 0x80, 0x00, (byte)(scope.Length | 0x80), 0x00, .. scope];
        byte[] request = [0x8A, 0x00, (byte)(resource.Length | 0x80), 0x80, 0x00, .. resource];

        using var batch = _indexing.Index(Signal.Logs, request).Batch;

        Assert.Equal(9, batch!.Envelopes[0].Code);
        Assert.True(batch.GetRecord(0).Message.SequenceEqual(record));
    }

    [Fact]
    public void The_place_of_a_malformed_field_is_told()
    {
        byte[] request = [.. InRequest(Field(3, "INFO"u8.ToArray())), 0x0A, 0x7F, 0x00];
        var result = _indexing.Index(Signal.Logs, request);
        Assert.Equal(IndexStatus.Malformed, result.Status);
        Assert.InRange(result.ErrorOffset, request.Length - 3, request.Length);
    }

    private static byte[] InRequest(params byte[][] records) => Field(1, Field(2, [.. records.SelectMany(r => Field(2, r))]));

    private static byte[] Text(string text) => Field(1, System.Text.Encoding.UTF8.GetBytes(text));

    private static byte[] Repeated(byte[] bytes, int count)
    {
        var all = new byte[bytes.Length * count];
        for (var i = 0; i < count; i++)
        {
            bytes.CopyTo(all, i * bytes.Length);
        }

        return all;
    }

    private static byte[] Field(int number, byte[] content) => Field(number, content, content.Length);

    private static byte[] Field(int number, byte[] content, int length)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true))
        {
            output.WriteTag(number, WireFormat.WireType.LengthDelimited);
            output.WriteLength(length);
        }

        bytes.Write(content);
        return bytes.ToArray();
    }
}
