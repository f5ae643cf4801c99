using Sluice.Journal;
using Sluice.Runtime.Delivery;

namespace Sluice.Components.Exporters.KafkaExporter.Messages;

/// <summary>Records that stand before a place in the journal.</summary>
internal static class PassedRecords
{
    /// <summary>How many of the first records of a run do.</summary>
    public static int Of(in DeliverySegment segment, RecordId from)
    {
        var position = segment.Position;
        if (position >= from)
        {
            return 0;
        }

        return position.Epoch < from.Epoch ? segment.Count : (int)Math.Min((ulong)segment.Count, from.Sequence - position.Sequence);
    }
}
