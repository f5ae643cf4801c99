namespace Sluice.Telemetry.Otlp;

/// <content>The request and the resource and scope containers in it.</content>
public static partial class OtlpIndexer
{
    private const uint ResourceContainerTag = (OtlpContainer.RequestResources << 3) | (uint)WireType.LengthDelimited;
    private const uint OwnTag = (OtlpContainer.Own << 3) | (uint)WireType.LengthDelimited;
    private const uint ChildTag = (OtlpContainer.Children << 3) | (uint)WireType.LengthDelimited;
    private const uint SchemaUrlTag = (OtlpContainer.SchemaUrl << 3) | (uint)WireType.LengthDelimited;

    private static bool ScanRequest(ref Scan scan, EnvelopeBatch batch, IndexLimits limits)
    {
        var data = scan.Data;
        var position = 0;
        while (position < data.Length)
        {
            if (!Wire.TryReadTag(data, ref position, data.Length, out var tag))
            {
                return scan.Malformed(position);
            }

            if (tag != ResourceContainerTag)
            {
                if (!TrySkip(ref scan, ref position, data.Length, tag))
                {
                    return false;
                }

                continue;
            }

            if (!Wire.TryReadLength(data, ref position, data.Length, out var length))
            {
                return scan.Malformed(position);
            }

            if (!ScanResourceContainer(ref scan, position, position + length, batch, limits))
            {
                return false;
            }

            position += length;
        }

        return true;
    }

    private static bool ScanResourceContainer(ref Scan scan, int start, int end, EnvelopeBatch batch, IndexLimits limits)
    {
        if (batch.Resources.Length >= limits.MaxRecords)
        {
            return scan.TooManyRecords(start);
        }

        var data = scan.Data;
        var position = start;
        var resource = batch.AddResource(new ResourceEntry(start, end - start, -1, 0, InSlab: false));
        var firstEnvelope = batch.Count;
        var firstRecord = scan.Records;
        var hasOwn = false;
        var fault = RejectionReason.None;
        var parts = default(ContainerParts);
        while (position < end)
        {
            if (!Wire.TryReadTag(data, ref position, end, out var tag))
            {
                return scan.Malformed(position);
            }

            if (tag is not (OwnTag or ChildTag or SchemaUrlTag))
            {
                if (!TrySkip(ref scan, ref position, end, tag))
                {
                    return false;
                }

                continue;
            }

            if (!Wire.TryReadLength(data, ref position, end, out var length))
            {
                return scan.Malformed(position);
            }

            if (tag == ChildTag)
            {
                if (!ScanScopeContainer(ref scan, position, position + length, resource, batch, limits))
                {
                    return false;
                }
            }
            else
            {
                if (!ScanOwn(ref scan, position, length, tag, ResourceShape, ref hasOwn))
                {
                    return false;
                }

                if (tag == OwnTag)
                {
                    NoteService(ref scan, position, length, batch, resource);
                }

                parts = parts.With(tag == OwnTag, position - start, length);
                fault = fault != RejectionReason.None ? fault : scan.Reason;
                scan.Reason = RejectionReason.None;
            }

            position += length;
        }

        batch.SetResourceParts(resource, parts);
        if (fault != RejectionReason.None)
        {
            batch.RefuseSince(firstEnvelope, firstRecord, fault);
        }

        return true;
    }

    private static bool ScanScopeContainer(ref Scan scan, int start, int end, int resource, EnvelopeBatch batch, IndexLimits limits)
    {
        if (batch.Scopes.Length >= limits.MaxRecords)
        {
            return scan.TooManyRecords(start);
        }

        var data = scan.Data;
        var position = start;
        var scope = batch.AddScope(new ScopeEntry(resource, start, end - start, InSlab: false));
        var firstEnvelope = batch.Count;
        var firstRecord = scan.Records;
        var hasOwn = false;
        var fault = RejectionReason.None;
        var parts = default(ContainerParts);
        while (position < end)
        {
            if (!Wire.TryReadTag(data, ref position, end, out var tag))
            {
                return scan.Malformed(position);
            }

            if (tag is not (OwnTag or ChildTag or SchemaUrlTag))
            {
                if (!TrySkip(ref scan, ref position, end, tag))
                {
                    return false;
                }

                continue;
            }

            if (!Wire.TryReadLength(data, ref position, end, out var length))
            {
                return scan.Malformed(position);
            }

            if (tag == ChildTag)
            {
                if (scan.Records == limits.MaxRecords)
                {
                    return scan.TooManyRecords(position);
                }

                ref var envelope = ref batch.AddEnvelope();
                envelope.Offset = position;
                envelope.Length = length;
                envelope.Scope = scope;
                envelope.Resource = resource;
                if (!ScanRecord(batch.Signal, ref scan, position, position + length, ref envelope))
                {
                    return false;
                }

                if (scan.Reason != RejectionReason.None)
                {
                    batch.RefuseLast(scan.Records, scan.Reason);
                    scan.Reason = RejectionReason.None;
                }

                scan.Records++;
            }
            else
            {
                if (!ScanOwn(ref scan, position, length, tag, ScopeShape, ref hasOwn))
                {
                    return false;
                }

                parts = parts.With(tag == OwnTag, position - start, length);
                fault = fault != RejectionReason.None ? fault : scan.Reason;
                scan.Reason = RejectionReason.None;
            }

            position += length;
        }

        batch.SetScopeParts(scope, parts);
        if (fault != RejectionReason.None)
        {
            batch.RefuseSince(firstEnvelope, firstRecord, fault);
        }

        return true;
    }

    /// <summary>Checks the resource or scope itself, or the schema URL beside it. They may stand behind the records they are of.</summary>
    private static bool ScanOwn(ref Scan scan, int position, int length, uint tag, Shape shape, ref bool hasOwn)
    {
        if (tag == SchemaUrlTag)
        {
            scan.Text(position, length);
            return true;
        }

        if (hasOwn)
        {
            scan.Refuse(RejectionReason.SplitMessage);
        }

        hasOwn = true;
        return ScanMessage(ref scan, position, position + length, shape);
    }

    private static void NoteService(ref Scan scan, int position, int length, EnvelopeBatch batch, int resource)
    {
        var message = scan.Data.Slice(position, length);
        if (AttributeEnumerator.TryFind(message, OtlpFields.Resource.Attributes, "service.name"u8, out var service)
            && service.Kind == AnyValueKind.String
            && scan.Data.Overlaps(service.Bytes, out var offset))
        {
            batch.SetService(resource, offset, service.Bytes.Length);
        }
    }
}
