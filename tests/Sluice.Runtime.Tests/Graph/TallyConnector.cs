using System.Buffers.Binary;
using System.Text;
using OpenTelemetry.Proto.Logs.V1;
using Sluice.Configuration;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Runtime.Stateful;
using Sluice.Telemetry;
using Sluice.Testing.Components;

namespace Sluice.Runtime.Tests.Graph;

internal sealed record TallyOptions
{
    [Option("How often it gives out.")]
    public TimeSpan Interval { get; init; } = TimeSpan.FromHours(1);
}

internal sealed class TallyConnectorFactory : StatefulConnectorFactory<TallyOptions>
{
    public override string Type => "tally";

    public override string Summary => "Counts names.";

    public override bool Connects(PipelineSignal from, PipelineSignal to) => to == PipelineSignal.Logs;

    protected override IStatefulConnector Create(ComponentContext context, TallyOptions options) => new TallyConnector(options.Interval);
}

/// <summary>Counts records by name, as <see cref="IStatefulConnector"/> asks: gives out <c>name=count@time</c> of every name counted since the last time.</summary>
internal sealed class TallyConnector(TimeSpan interval) : IStatefulConnector
{
    private readonly SortedDictionary<string, Tally> _tallies = new(StringComparer.Ordinal);

    public TimeSpan Interval => interval;

    public void Restore(JournalTable state, int partSize)
    {
        foreach (var (key, value) in state.Snapshot())
        {
            _tallies[Encoding.UTF8.GetString(key.Span)] = Tally.Read(value.Span);
        }
    }

    public void Add(in DeliverySegment records)
    {
        for (var i = 0; i < records.Count; i++)
        {
            var name = TestRequests.NameOf(records.Batch.GetRecord(records.Start + i));
            var tally = _tallies.GetValueOrDefault(name) ?? (_tallies[name] = new Tally());
            if (records.FirstRecord.Plus(i) >= tally.Covers)
            {
                tally.Count++;
                tally.IsNew = tally.IsChanged = true;
            }
        }
    }

    public void Write(StatefulOutput output)
    {
        foreach (var (name, tally) in _tallies)
        {
            if (output.EmitUnixNano is { } time && tally.IsNew)
            {
                var record = new LogRecord { Body = new() { StringValue = $"{name}={tally.Count}@{time / 1_000_000_000}" } };
                System.Buffers.BuffersExtensions.Write(output.BeginRequest(Signal.Logs), (ReadOnlySpan<byte>)TestRequests.Logs([record]));
                output.EndRequest();
                (tally.IsNew, tally.IsChanged) = (false, true);
            }

            if (tally.IsChanged)
            {
                tally.Covers = output.Position;
                tally.IsChanged = false;
                output.Put(Encoding.UTF8.GetBytes(name), tally.Write());
            }

            output.EndPart();
        }
    }

    private sealed class Tally
    {
        public long Count { get; set; }

        public RecordId Covers { get; set; }

        public bool IsNew { get; set; }

        public bool IsChanged { get; set; }

        public static Tally Read(ReadOnlySpan<byte> value) => new()
        {
            Count = BinaryPrimitives.ReadInt64LittleEndian(value),
            Covers = new RecordId(BinaryPrimitives.ReadUInt64LittleEndian(value[8..]), BinaryPrimitives.ReadUInt64LittleEndian(value[16..])),
            IsNew = value[24] != 0,
        };

        public byte[] Write()
        {
            var value = new byte[25];
            BinaryPrimitives.WriteInt64LittleEndian(value, Count);
            BinaryPrimitives.WriteUInt64LittleEndian(value.AsSpan(8), Covers.Epoch);
            BinaryPrimitives.WriteUInt64LittleEndian(value.AsSpan(16), Covers.Sequence);
            value[24] = IsNew ? (byte)1 : (byte)0;
            return value;
        }
    }
}
