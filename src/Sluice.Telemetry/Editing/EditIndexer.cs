namespace Sluice.Telemetry.Editing;

/// <summary>Derives the headers of edited messages, with the checks that the indexer makes on arrival.</summary>
internal static class EditIndexer
{
    public static bool TryIndexRecord(Signal signal, ReadOnlySpan<byte> message, out Envelope header, out RejectionReason reason) =>
        throw new NotSupportedException();

    public static bool TryIndexResource(ReadOnlySpan<byte> ownFields, out int serviceOffset, out int serviceLength, out RejectionReason reason) =>
        throw new NotSupportedException();

    public static bool TryIndexScope(ReadOnlySpan<byte> ownFields, out RejectionReason reason) => throw new NotSupportedException();
}
