using Google.Protobuf;
using Sluice.Buffers;
using Sluice.Telemetry.Editing;
using Sluice.Telemetry.Otlp;
using Sluice.Telemetry.Tests.Otlp;
using Sluice.Testing.Otlp;

namespace Sluice.Telemetry.Tests.Editing;

public sealed class BatchViewPropertyTests
{
    private const int Requests = 150;
    private const int Pipelines = 3;

    public static TheoryData<Signal> Signals => Indexing.Signals;

    [Theory]
    [MemberData(nameof(Signals))]
    public void Views_of_one_batch_with_random_edits_equal_private_copies(Signal signal)
    {
        using var indexing = new Indexing();
        for (var seed = 0; seed < Requests; seed++)
        {
            var generator = new OtlpGenerator(seed, new OtlpGeneratorOptions { UnknownFields = true });
            var request = generator.Request(signal).ToByteArray();
            var batch = indexing.Accept(signal, OtlpGenerator.Parse(signal, request));
            var views = new BatchView[Pipelines];
            var copies = new PrivateCopy[Pipelines];
            for (var i = 0; i < Pipelines; i++)
            {
                views[i] = indexing.Pool.RentView(batch);
                copies[i] = new PrivateCopy(signal, request);
            }

            // Interleaved, so that an edit that reached the batch or another view would show.
            var random = new Random(seed);
            for (var edit = random.Next(20); edit > 0; edit--)
            {
                var pipeline = random.Next(Pipelines);
                Edit(random, generator, signal, views[pipeline], copies[pipeline]);
            }

            for (var i = 0; i < Pipelines; i++)
            {
                AssertSame(indexing, signal, views[i], copies[i], seed);
                views[i].Dispose();
            }

            Assert.True(batch.Payload.SequenceEqual(request), $"Seed {seed}: the batch changed.");
            batch.Dispose();
        }
    }

    [Theory]
    [MemberData(nameof(Signals))]
    public void A_view_of_a_view_goes_on_alone_from_where_the_other_was(Signal signal)
    {
        using var indexing = new Indexing();
        for (var seed = 0; seed < Requests; seed++)
        {
            var generator = new OtlpGenerator(seed, new OtlpGeneratorOptions { UnknownFields = true });
            var request = generator.Request(signal).ToByteArray();
            using var batch = indexing.Accept(signal, OtlpGenerator.Parse(signal, request));
            using var first = indexing.Pool.RentView(batch);
            var firstCopy = new PrivateCopy(signal, request);
            var random = new Random(seed);
            EditOften(first, firstCopy, generator, random);

            // What the first went through before, another private copy goes through too.
            var secondCopy = new PrivateCopy(signal, request);
            using (var again = indexing.Pool.RentView(batch))
            {
                var same = new OtlpGenerator(seed, new OtlpGeneratorOptions { UnknownFields = true });
                same.Request(signal);
                EditOften(again, secondCopy, same, new Random(seed));
            }

            using var second = indexing.Pool.RentView(first);
            Assert.Equal((first.Count, first.IsUntouched), (second.Count, second.IsUntouched));
            var marks = new ulong[second.Count];
            var doomed = new bool[second.Count];
            for (var i = 0; i < marks.Length; i++)
            {
                marks[i] = (ulong)random.Next(8);
                doomed[i] = (marks[i] & 3) == 0;
            }

            Assert.Equal(doomed.Count(d => d), second.Keep(marks, 3));
            secondCopy.Remove(doomed);
            for (var turn = random.Next(3); turn >= 0; turn--)
            {
                EditOften(first, firstCopy, generator, random);
                EditOften(second, secondCopy, generator, random);
            }

            AssertSame(indexing, signal, first, firstCopy, seed);
            AssertSame(indexing, signal, second, secondCopy, seed);
            Assert.True(batch.Payload.SequenceEqual(request), $"Seed {seed}: the batch changed.");
        }

        void EditOften(BatchView view, PrivateCopy copy, OtlpGenerator generator, Random random)
        {
            for (var edit = random.Next(10); edit > 0; edit--)
            {
                Edit(random, generator, signal, view, copy);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Signals))]
    public void Any_range_of_a_batch_is_written_with_its_surroundings(Signal signal)
    {
        using var indexing = new Indexing();
        using var output = new PooledBufferWriter(indexing.Pool.Buffers, "test");
        for (var seed = 0; seed < Requests; seed++)
        {
            var request = new OtlpGenerator(seed, new OtlpGeneratorOptions { UnknownFields = true }).Request(signal);
            using var batch = indexing.Accept(signal, request);
            var start = new Random(seed).Next(batch.Count + 1);
            var count = new Random(seed).Next(batch.Count - start + 1);
            var expected = new PrivateCopy(signal, request.ToByteArray());
            if (count < batch.Count)
            {
                expected.Remove([.. Enumerable.Range(0, batch.Count).Select(i => i < start || i >= start + count)]);
            }

            output.Clear();
            var written = OtlpRequestWriter.Write(batch, start, count, output);

            Assert.Equal(output.Length, written);
            Assert.Equal(expected.Result(), OtlpGenerator.Parse(signal, output.WrittenSpan));
        }
    }

    private static void Edit(Random random, OtlpGenerator generator, Signal signal, BatchView view, PrivateCopy copy)
    {
        switch (random.Next(5))
        {
            case 0:
                var doomed = new bool[view.Count];
                for (var i = 0; i < doomed.Length; i++)
                {
                    doomed[i] = random.Next(4) == 0;
                }

                var position = new Verdicts(doomed);
                var removed = view.RemoveWhere(position, static (Verdicts state, in RecordView _) => state.Doomed[state.Next++]);
                Assert.Equal(doomed.Count(d => d), removed);
                copy.Remove(doomed);
                break;
            case 1 or 2 when view.Count > 0:
                var index = random.Next(view.Count);
                var record = copy.Records[index].Descriptor.Parser.ParseFrom(copy.Records[index].ToByteArray());
                var attributes = PrivateCopy.Children(record, RecordView.AttributesField(signal));
                attributes.Clear();
                attributes.Add(generator.KeyValue(2));
                copy.Replace(index, record);
                view.ReplaceRecord(index, record.ToByteArray());
                break;
            case 3 when copy.Resources.Count > 0:
                var resource = random.Next(copy.Resources.Count);
                var own = new OpenTelemetry.Proto.Resource.V1.Resource { Attributes = { generator.KeyValue(1) } };
                if (random.Next(2) == 0)
                {
                    own.Attributes.Add(new OpenTelemetry.Proto.Common.V1.KeyValue { Key = "service.name", Value = generator.Value(0) });
                }

                view.ReplaceResource(resource, copy.ReplaceOwn(copy.Resources[resource], own, "edited"));
                break;
            case 4 when copy.Scopes.Count > 0:
                var scope = random.Next(copy.Scopes.Count);
                var name = new OpenTelemetry.Proto.Common.V1.InstrumentationScope { Name = "edited", Attributes = { generator.KeyValue(1) } };
                view.ReplaceScope(scope, copy.ReplaceOwn(copy.Scopes[scope], name, ""));
                break;
            default:
                break;
        }
    }

    private static void AssertSame(Indexing indexing, Signal signal, BatchView view, PrivateCopy copy, int seed)
    {
        using var output = new PooledBufferWriter(indexing.Pool.Buffers, "test");
        var written = view.WriteRequest(output);
        Assert.Equal(output.Length, written);
        Assert.True(copy.Result().Equals(OtlpGenerator.Parse(signal, output.WrittenSpan)), $"Seed {seed}: the requests differ.");

        using var fresh = indexing.Index(signal, output.WrittenSpan).Batch!;
        Assert.Equal(fresh.Count, view.Count);
        for (var i = 0; i < fresh.Count; i++)
        {
            var expected = fresh.GetRecord(i);
            var actual = view.GetRecord(i);
            AssertHeader(copy.Records[i], actual.Envelope);
            Assert.True(expected.Message.SequenceEqual(actual.Message), $"Seed {seed}: record {i} differs.");
            Assert.True(expected.Service.SequenceEqual(actual.Service), $"Seed {seed}: the service of record {i} differs.");
            Assert.True(expected.Resource.SequenceEqual(actual.Resource));
            Assert.True(expected.Scope.SequenceEqual(actual.Scope));
        }
    }

    private static void AssertHeader(IMessage record, Envelope header)
    {
        header.Flags &= ~EnvelopeFlags.InSlab;
        Oracle.AssertHeader(record, in header);
    }

    private sealed class Verdicts(bool[] doomed)
    {
        public bool[] Doomed { get; } = doomed;

        public int Next { get; set; }
    }
}
