using Google.Protobuf;
using Sluice.Telemetry.Otlp;
using Sluice.Testing;
using Sluice.Testing.Otlp;

namespace Sluice.Telemetry.Tests.Otlp;

public sealed class OtlpIndexerTests : IDisposable
{
    private readonly Indexing _indexing = new();

    public static TheoryData<Signal> Signals => Indexing.Signals;

    public void Dispose() => _indexing.Dispose();

    [Theory]
    [MemberData(nameof(Signals))]
    public void Generated_requests_are_indexed_as_protobuf_reads_them(Signal signal)
    {
        for (var seed = 0; seed < 1500; seed++)
        {
            var generator = new OtlpGenerator(seed, new() { UnknownFields = seed % 2 == 0 });
            var request = generator.Request(signal);
            using var batch = _indexing.Accept(signal, request);

            var expected = Oracle.Flatten(OtlpGenerator.Parse(signal, batch.Payload));
            Assert.Equal(expected.Count, batch.Count);
            Assert.Equal(0, batch.Rejections.Records);
            for (var i = 0; i < batch.Count; i++)
            {
                Oracle.AssertEqual(expected[i], batch.GetRecord(i));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Signals))]
    public void What_was_checked_before_gets_the_same_headers_unread(Signal signal)
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var request = new OtlpGenerator(seed, new() { UnknownFields = seed % 2 == 0 }).Request(signal);
            using var read = _indexing.Accept(signal, request);
            using var passed = _indexing.Accept(signal, request, new IndexLimits { IsChecked = true });

            Assert.Equal(read.Envelopes.ToArray(), passed.Envelopes.ToArray());
            Assert.Equal(read.Resources.ToArray(), passed.Resources.ToArray());
            Assert.Equal(read.Scopes.ToArray(), passed.Scopes.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Signals))]
    public void A_single_record_gets_the_header_it_has_in_a_request(Signal signal)
    {
        for (var seed = 0; seed < 300; seed++)
        {
            using var batch = _indexing.Accept(signal, new OtlpGenerator(seed).Request(signal));
            for (var i = 0; i < batch.Count; i++)
            {
                var original = batch.Envelopes[i];
                var envelope = new Envelope
                {
                    Offset = original.Offset,
                    Length = original.Length,
                    Scope = original.Scope,
                    Resource = original.Resource,
                    Flags = EnvelopeFlags.InSlab,
                };
                Assert.True(OtlpIndexer.TryIndexRecord(
                    signal, batch.GetRecord(i).Message, ref envelope, IndexLimits.Default, out var reason));
                Assert.Equal(RejectionReason.None, reason);
                original.Flags |= EnvelopeFlags.InSlab;
                Assert.Equal(original, envelope);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Signals))]
    public void Resources_and_scopes_are_listed_with_their_place(Signal signal)
    {
        var request = new OtlpGenerator(7, new() { Resources = 6, Scopes = 6 }).Request(signal);
        using var batch = _indexing.Accept(signal, request);
        foreach (var scope in batch.Scopes)
        {
            var resource = batch.Resources[scope.Resource];
            Assert.InRange(scope.Offset, resource.Offset, resource.Offset + resource.Length);
            Assert.InRange(scope.Offset + scope.Length, resource.Offset, resource.Offset + resource.Length);
        }

        foreach (ref readonly var envelope in batch.Envelopes)
        {
            Assert.Equal(envelope.Resource, batch.Scopes[envelope.Scope].Resource);
        }
    }

    [Theory]
    [MemberData(nameof(Signals))]
    public void An_empty_request_is_an_empty_batch(Signal signal)
    {
        using var batch = _indexing.Accept(signal, OtlpGenerator.Parse(signal, default));
        Assert.Equal(0, batch.Count);
    }

    [Theory]
    [MemberData(nameof(Signals))]
    public void Indexing_allocates_nothing_once_warm(Signal signal)
    {
        var request = new OtlpGenerator(11, new() { Resources = 5, Scopes = 5, Records = 40, UnknownFields = true }).Request(signal).ToByteArray();
        using var indexing = new Indexing(tracking: false);
        Assert.Equal(0, Allocations.Least(() =>
        {
            var buffer = indexing.Rent(request);
            using var batch = OtlpIndexer.Index(signal, buffer, 0, request.Length, indexing.Pool, IndexLimits.Default).Batch!;
            Assert.True(batch.Count > 100);
        }));
    }
}
