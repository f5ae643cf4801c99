namespace Sluice.Telemetry.Otlp;

/// <content>What belongs to a container itself, apart from its children: for resources and scopes that were edited.</content>
public static partial class OtlpIndexer
{
    /// <summary>Checks the own fields of a resource container and finds the service.</summary>
    /// <param name="ownFields">All fields but the scopes.</param>
    /// <param name="limits">What is too much.</param>
    /// <param name="serviceOffset">Where the text of <c>service.name</c> starts; -1 when there is none.</param>
    /// <param name="serviceLength">Bytes of it.</param>
    /// <param name="reason">Why they are refused; <see cref="RejectionReason.None"/> when they are not, and when they are malformed.</param>
    /// <returns>False when they are refused or malformed. A child counts as malformed.</returns>
    internal static bool TryIndexResource(
        ReadOnlySpan<byte> ownFields,
        IndexLimits limits,
        out int serviceOffset,
        out int serviceLength,
        out RejectionReason reason)
    {
        serviceOffset = -1;
        serviceLength = 0;
        if (!TryScanOwnFields(ownFields, limits, ResourceShape, out reason))
        {
            return false;
        }

        var resource = OtlpContainer.OwnMessage(ownFields);
        if (AttributeEnumerator.TryFind(resource, OtlpFields.Resource.Attributes, "service.name"u8, out var service)
            && service.Kind == AnyValueKind.String
            && ownFields.Overlaps(service.Bytes, out var offset))
        {
            serviceOffset = offset;
            serviceLength = service.Bytes.Length;
        }

        return true;
    }

    /// <summary>Checks the own fields of a scope container.</summary>
    /// <param name="ownFields">All fields but the records.</param>
    /// <param name="limits">What is too much.</param>
    /// <param name="reason">Why they are refused; <see cref="RejectionReason.None"/> when they are not, and when they are malformed.</param>
    /// <returns>False when they are refused or malformed. A child counts as malformed.</returns>
    internal static bool TryIndexScope(ReadOnlySpan<byte> ownFields, IndexLimits limits, out RejectionReason reason) =>
        TryScanOwnFields(ownFields, limits, ScopeShape, out reason);

    private static bool TryScanOwnFields(ReadOnlySpan<byte> ownFields, IndexLimits limits, Shape shape, out RejectionReason reason)
    {
        reason = RejectionReason.None;
        var scan = new Scan(ownFields, limits);
        var position = 0;
        var hasOwn = false;
        while (position < ownFields.Length)
        {
            if (!Wire.TryReadTag(ownFields, ref position, ownFields.Length, out var tag) || tag == ChildTag)
            {
                return false;
            }

            if (tag is not (OwnTag or SchemaUrlTag))
            {
                if (!TrySkip(ref scan, ref position, ownFields.Length, tag))
                {
                    return false;
                }

                continue;
            }

            if (!Wire.TryReadLength(ownFields, ref position, ownFields.Length, out var length) ||
                !ScanOwn(ref scan, position, length, tag, shape, ref hasOwn))
            {
                return false;
            }

            position += length;
        }

        reason = scan.Reason;
        return reason == RejectionReason.None;
    }
}
