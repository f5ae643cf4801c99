using System.Text;
using Sluice.Buffers;
using Sluice.Telemetry.Editing;
using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Encoders.Elasticsearch;

/// <summary>
/// Finds the shape and the target of each record of a batch: a static index, else the attribute <c>elasticsearch.index</c>, else the data
/// stream that <c>data_stream.*</c> or the receiver named by the scope say; attributes of the record before those of its scope before those
/// of its resource. Used by one thread at a time.
/// </summary>
internal sealed class DocumentRouter(DocumentOptions options, DocumentTargets targets, BufferPool buffers) : IDisposable
{
    /// <summary>Targets remembered by the attributes that lead to them, and by date.</summary>
    private const int Retained = 1024;

    private readonly PooledBufferWriter _key = new(buffers, "routing key of documents");
    private readonly Dictionary<byte[], DocumentTarget> _byAttributes = new(ByteKeyComparer.Instance);
    private readonly Dictionary<string, DocumentTarget> _byDate = new(StringComparer.Ordinal);
    private readonly DocumentTarget?[] _static =
    [
        Static(options.LogsIndex, targets),
        Static(options.TracesIndex, targets),
        Static(options.LogsIndex, targets),
        Static(options.MetricsIndex, targets),
    ];

    private ScopeRoute[] _scopes = new ScopeRoute[8];
    private char[] _name = new char[256];
    private DocumentMapping _mapping;
    private string? _mappingFault;

    /// <summary>Starts on another batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="mapping">The mode that its sender asks for; empty for that of the options.</param>
    public void Begin(EnvelopeBatch batch, ReadOnlySpan<byte> mapping)
    {
        (_mapping, _mappingFault) = (options.Mapping, null);
        if (!mapping.IsEmpty)
        {
            _mappingFault = TakeMapping(Encoding.UTF8.GetString(mapping), "its sender", ref _mapping);
        }

        if (_scopes.Length < batch.Scopes.Length)
        {
            _scopes = new ScopeRoute[Math.Max(batch.Scopes.Length, _scopes.Length * 2)];
        }
        else
        {
            _scopes.AsSpan().Clear();
        }
    }

    /// <summary>The shape of the documents of a record, which its scope may choose.</summary>
    /// <param name="record">The record.</param>
    /// <param name="fault">Why it can have none; null otherwise.</param>
    public DocumentMapping MappingOf(RecordView record, out string? fault)
    {
        ref var scope = ref ScopeOf(record);
        fault = scope.Fault;
        return scope.Mapping;
    }

    /// <summary>Where a document goes.</summary>
    /// <param name="record">The record that it is of.</param>
    /// <param name="kind">What it is of.</param>
    /// <param name="own">The attributes of the record, event or data point itself.</param>
    /// <param name="time">Its time.</param>
    /// <param name="fault">Why it can go nowhere; null otherwise.</param>
    public DocumentTarget Resolve(RecordView record, DocumentKind kind, scoped in ReservedAttributes own, ulong time, out string? fault)
    {
        var target = _static[(int)kind] ?? (own.Routes ? ByAttributes(record, kind, own) : ByScope(record, kind));
        if (target is null)
        {
            fault = "data_stream.type is neither logs nor metrics";
            return targets.Named("");
        }

        if (options.Date is not null)
        {
            target = Dated(target, options.Date, time);
        }

        fault = target.Fault is null ? null : "its attributes name an index that cannot be: " + target.Fault;
        return target;
    }

    public void Dispose() => _key.Dispose();

    private static DocumentTarget? Static(string index, DocumentTargets targets) => index.Length == 0 ? null : targets.Named(index);

    private ref ScopeRoute ScopeOf(RecordView record)
    {
        ref var scope = ref _scopes[record.Envelope.Scope];
        if (!scope.Ready)
        {
            scope.Ready = true;
            (scope.Mapping, scope.Fault) = (_mapping, _mappingFault);
            var attributes = ReservedAttributes.Read(record.Scope, OtlpFields.Scope.Attributes);
            if (!attributes.Mapping.IsEmpty)
            {
                scope.Fault = TakeMapping(TextOf(attributes.Mapping), "its scope", ref scope.Mapping);
            }
        }

        return ref scope;
    }

    /// <summary>Takes the mode that somebody asks for.</summary>
    /// <returns>Why it cannot be had; null when it can.</returns>
    private string? TakeMapping(string asked, string who, ref DocumentMapping mapping) =>
        char.IsAsciiLetter(asked.FirstOrDefault()) && Enum.TryParse(asked, ignoreCase: true, out mapping) && options.AllowedMappings.Contains(mapping)
            ? null
            : $"{who} asks for the mapping mode \"{asked}\", which is not among mapping::allowed_modes";

    private DocumentTarget? ByScope(RecordView record, DocumentKind kind)
    {
        ref var scope = ref ScopeOf(record);
        ref var target = ref kind == DocumentKind.SpanEvent ? ref scope.Events : ref scope.Own;
        return target ??= ByAttributes(record, kind, default);
    }

    private DocumentTarget? ByAttributes(RecordView record, DocumentKind kind, scoped in ReservedAttributes own)
    {
        var scope = ReservedAttributes.Read(record.Scope, OtlpFields.Scope.Attributes);
        var resource = ReservedAttributes.Read(record.Resource, OtlpFields.Resource.Attributes);
        var index = First(own.Index, scope.Index, resource.Index);
        var type = First(own.Type, scope.Type, resource.Type);
        var dataset = First(own.Dataset, scope.Dataset, resource.Dataset);
        var space = First(own.Namespace, scope.Namespace, resource.Namespace);
        var receiver = dataset.IsEmpty ? ReceiverOf(record.Scope) : default;
        var mapping = ScopeOf(record).Mapping;

        _key.Clear();
        _key.WriteByte((byte)((int)kind | ((int)mapping << 4)));
        AddToKey(index);
        AddToKey(type);
        AddToKey(dataset);
        AddToKey(space);
        AddToKey(receiver);
        var known = _byAttributes.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (known.TryGetValue(_key.WrittenSpan, out var target))
        {
            return target;
        }

        var key = _key.WrittenSpan.ToArray();
        target = !index.IsEmpty
            ? targets.Named(TextOf(index))
            : Compose(kind, mapping, type, dataset.IsEmpty ? Encoding.UTF8.GetString(receiver) : TextOf(dataset), space.IsEmpty ? "default" : TextOf(space));
        if (target is not null)
        {
            if (_byAttributes.Count >= Retained)
            {
                _byAttributes.Clear();
            }

            _byAttributes.Add(key, target);
        }

        return target;
    }

    private DocumentTarget? Compose(DocumentKind kind, DocumentMapping mapping, ReadOnlySpan<byte> asked, string dataset, string space)
    {
        var type = kind switch { DocumentKind.Span => "traces", DocumentKind.Metric => "metrics", _ => "logs" };
        if (mapping == DocumentMapping.Bodymap && !asked.IsEmpty)
        {
            // Only there a document does not tell its type by its own shape.
            type = TextOf(asked);
            if (type is not ("logs" or "metrics"))
            {
                return null;
            }
        }

        return targets.DataStream(type, dataset.Length == 0 ? "generic" : dataset, space, mapping);
    }

    private DocumentTarget Dated(DocumentTarget target, DatePattern date, ulong time)
    {
        var length = target.Name.Length + options.DateSeparator.Length;
        if (_name.Length < length + date.MaxLength)
        {
            _name = new char[length + date.MaxLength];
        }

        target.Name.CopyTo(_name);
        options.DateSeparator.CopyTo(_name.AsSpan(target.Name.Length));
        var name = _name.AsSpan(0, length + date.Format(time, _name.AsSpan(length)));
        if (_byDate.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var known))
        {
            return known;
        }

        if (_byDate.Count >= Retained)
        {
            _byDate.Clear();
        }

        var dated = targets.Named(name.ToString());
        _byDate.Add(dated.Name, dated);
        return dated;
    }

    private void AddToKey(ReadOnlySpan<byte> part)
    {
        BitConverter.TryWriteBytes(_key.GetSpan(sizeof(int)), part.Length);
        _key.Advance(sizeof(int));
        _key.Write(part);
    }

    private static ReadOnlySpan<byte> First(ReadOnlySpan<byte> own, ReadOnlySpan<byte> scope, ReadOnlySpan<byte> resource) =>
        !own.IsEmpty ? own : !scope.IsEmpty ? scope : resource;

    /// <summary>A receiver of the Collector names its scope after its package: <c>…/receiver/hostmetricsreceiver/…</c> gives <c>hostmetricsreceiver</c>.</summary>
    private static ReadOnlySpan<byte> ReceiverOf(ReadOnlySpan<byte> scope)
    {
        foreach (var name in new RepeatedField(scope, OtlpFields.Scope.Name))
        {
            for (var rest = name; ;)
            {
                var at = rest.IndexOf("/receiver/"u8);
                if (at < 0)
                {
                    break;
                }

                rest = rest[(at + "/receiver/".Length)..];
                var end = 0;
                while (end < rest.Length && (char.IsAsciiLetterOrDigit((char)rest[end]) || rest[end] == '_'))
                {
                    end++;
                }

                var word = rest[..end].LastIndexOf("receiver"u8);
                if (word >= 0)
                {
                    return rest[..(word + "receiver".Length)];
                }
            }
        }

        return default;
    }

    private string TextOf(ReadOnlySpan<byte> encodedValue)
    {
        var value = AnyValue.Read(encodedValue);
        if (value.Kind == AnyValueKind.String)
        {
            return Encoding.UTF8.GetString(value.Bytes);
        }

        using var text = new PooledBufferWriter(buffers, "routing attribute as text");
        AnyValueText.Write(value, text);
        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

    private struct ScopeRoute
    {
        public bool Ready;
        public DocumentMapping Mapping;
        public string? Fault;
        public DocumentTarget? Own;
        public DocumentTarget? Events;
    }
}
