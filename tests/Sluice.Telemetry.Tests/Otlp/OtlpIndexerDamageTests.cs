using Google.Protobuf;
using Sluice.Telemetry.Otlp;
using Sluice.Testing;
using Sluice.Testing.Otlp;

namespace Sluice.Telemetry.Tests.Otlp;

/// <summary>Whatever the bytes, the indexer takes and refuses what protobuf and the rules of refusal say.</summary>
public sealed class OtlpIndexerDamageTests : IDisposable
{
    private static readonly IndexLimits Limits = new() { MaxDepth = 2 };
    private static readonly OtlpGeneratorOptions Small = new()
    {
        Resources = 2,
        Scopes = 2,
        Records = 3,
        Attributes = 3,
        Children = 2,
        Depth = 2,
        TextLength = 12,
        UnknownFields = true,
    };

    private readonly Indexing _indexing = new(tracking: false);
    private int _refusedRequests;
    private int _refusedRecords;
    private int _acceptedRecords;

    public static TheoryData<Signal> Signals => Indexing.Signals;

    public void Dispose() => _indexing.Dispose();

    [Theory]
    [MemberData(nameof(Signals))]
    public void Every_prefix_is_indexed_or_refused_as_protobuf_does(Signal signal)
    {
        for (var i = 0; i < 12; i++)
        {
            var request = new OtlpGenerator(RandomSeed.Value + i, Small).Request(signal).ToByteArray();
            for (var length = 0; length <= request.Length; length++)
            {
                Check(i, signal, request[..length]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Signals))]
    public void A_hundred_thousand_mutations_are_indexed_or_refused_as_protobuf_and_the_rules_say(Signal signal)
    {
        const int PerRequest = 200;
        var perSignal = Environment.GetEnvironmentVariable("SLUICE_SOAK") == "1" ? 1_000_000 : 34_000;
        var random = new Random(RandomSeed.Value);
        var mutator = new Mutator(random);
        var generator = new OtlpGenerator(RandomSeed.Value, Small);
        var other = generator.Request(signal).ToByteArray();
        var request = other;
        for (var i = 0; i < perSignal; i++)
        {
            if (i % PerRequest == 0)
            {
                other = request;
                request = generator.Request(signal).ToByteArray();
            }

            Check(i, signal, mutator.Mutate(signal, request, other));
        }

        // The test proves something only while all three outcomes are common.
        Assert.InRange(_refusedRequests, perSignal / 20, perSignal);
        Assert.InRange(_refusedRecords, perSignal / 100, int.MaxValue);
        Assert.InRange(_acceptedRecords, perSignal / 20, int.MaxValue);
    }

    private void Check(int number, Signal signal, byte[] request) => RandomSeed.Explain(
        number,
        () => Check(signal, request),
        () => $"{signal} {Convert.ToHexString(request)}");

    private void Check(Signal signal, byte[] request)
    {
        var result = _indexing.Index(signal, request, Limits);
        using var batch = result.Batch;
        var parsed = TryParse(signal, request);
        var slow = new SlowIndexer(Limits.MaxDepth);
        try
        {
            slow.Walk(signal, request);
        }
        catch (BadWireException e)
        {
            Assert.Equal(IndexStatus.Malformed, result.Status);
            Assert.True(parsed is null || e.IsStricterThanProtobuf, e.Message);
            _refusedRequests++;
            return;
        }

        Assert.Equal(IndexStatus.Ok, result.Status);
        Assert.True(parsed is not null || slow.MetBadText || slow.MetDepth, "Google.Protobuf refuses it");
        AssertRejections(slow.Records, batch!.Rejections);
        var entries = parsed is null ? null : Oracle.Flatten(parsed);
        Assert.Equal(slow.Records.Count, entries?.Count ?? slow.Records.Count);
        var accepted = 0;
        for (var i = 0; i < slow.Records.Count; i++)
        {
            if (slow.Records[i].Reason != RejectionReason.None)
            {
                continue;
            }

            var record = batch.GetRecord(accepted++);
            Assert.True(record.Message.SequenceEqual(slow.Records[i].Message));
            if (entries is not null)
            {
                Oracle.AssertEqual(entries[i], record);
            }
            else
            {
                Oracle.AssertHeader(Oracle.ParseRecord(signal, record.Message), in record.Envelope);
            }
        }

        Assert.Equal(accepted, batch.Count);
        _acceptedRecords += accepted;
        _refusedRecords += slow.Records.Count - accepted;
    }

    private static void AssertRejections(List<SlowIndexer.Verdict> verdicts, RecordRejections actual)
    {
        var refused = verdicts.Where(v => v.Reason != RejectionReason.None).ToList();
        Assert.Equal(refused.Count, actual.Records);
        Assert.Equal(refused.Sum(v => (long)v.Items), actual.Items);
        if (refused.Count > 0)
        {
            Assert.Equal(refused[0].Reason, actual.First);
            Assert.Equal(verdicts.IndexOf(refused[0]), actual.FirstIndex);
        }
    }

    private static IMessage? TryParse(Signal signal, byte[] request)
    {
        try
        {
            return OtlpGenerator.Parse(signal, request);
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            // The last two are how Google.Protobuf 3.25 ends on lengths near 2^31, which overflow in it. The indexer must refuse them as malformed.
            return null;
        }
    }
}
