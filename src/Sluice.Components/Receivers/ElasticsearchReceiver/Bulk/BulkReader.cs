using Sluice.Components.Receivers.ElasticsearchReceiver.Documents;
using Sluice.Telemetry.Otlp;
using Sluice.Transport.Bodies;

namespace Sluice.Components.Receivers.ElasticsearchReceiver.Bulk;

/// <summary>
/// Reads the body of a bulk request: lines with an action, each followed by a line with its document. A document that cannot be read is refused
/// by itself; an action that cannot be read refuses the request, since what follows it may be its document or the next action.
/// </summary>
internal ref struct BulkReader
{
    /// <summary>
    /// Documents that are not JSON which one request may have. Finding and describing a fault costs far more than a good document, and a sender
    /// with that many sends something else.
    /// </summary>
    private const int MostMalformed = 1000;

    private const int LongestId = 512;
    private const string Parsing = "document_parsing_exception";
    private const string Argument = "illegal_argument_exception";

    private readonly DocumentWriter _documents;
    private readonly BulkAnswer _answer;
    private readonly DocumentClaims? _claims;
    private readonly BudgetLease _lease;
    private readonly BulkDefaults _defaults;
    private readonly ulong _observedUnixNano;
    private readonly int _maxLength;
    private ReadOnlySpan<byte> _rest;
    private ReadOnlySpan<byte> _lastLine;
    private BulkAction _lastAction;
    private ReadOnlySpan<byte> _checkedIndex;
    private int _line;
    private int _malformed;
    private long _charged;

    /// <summary>Creates it.</summary>
    /// <param name="body">The whole body, UTF-8.</param>
    /// <param name="defaults">What the address says.</param>
    /// <param name="documents">Where documents go.</param>
    /// <param name="answer">Where their answers go.</param>
    /// <param name="claims">The ids that it creates; null where ids are not remembered.</param>
    /// <param name="lease">Is charged with what both rent.</param>
    /// <param name="observedUnixNano">When the request came.</param>
    /// <param name="maxLength">Bytes that the records may take.</param>
    public BulkReader(
        ReadOnlySpan<byte> body, BulkDefaults defaults, DocumentWriter documents, BulkAnswer answer, DocumentClaims? claims, BudgetLease lease, ulong observedUnixNano, int maxLength)
    {
        _claims = claims;
        _rest = body;
        _defaults = defaults;
        _documents = documents;
        _answer = answer;
        _lease = lease;
        _observedUnixNano = observedUnixNano;
        _maxLength = maxLength;
    }

    /// <summary>Bytes charged for what was rented, which is the exact amount after <see cref="Read"/>.</summary>
    public readonly long Charged => _charged;

    /// <summary>Reads all of it.</summary>
    /// <returns>Why the request as a whole is refused; null when it is not.</returns>
    public ElasticsearchAnswer? Read()
    {
        if (_rest.IsEmpty)
        {
            return ElasticsearchAnswer.BadData("the request has no body; send lines of actions and documents");
        }

        if (_rest[^1] != (byte)'\n')
        {
            return ElasticsearchAnswer.BadData("the bulk request must be terminated by a newline [\\n]");
        }

        while (TryReadLine(out var line))
        {
            if (IsBlank(line))
            {
                continue;
            }

            if (!line.SequenceEqual(_lastLine))
            {
                if (BulkActionReader.Read(line, out _lastAction) is { } fault)
                {
                    return ElasticsearchAnswer.BadData($"malformed action/metadata line [{_line}]: {fault}; nothing of the request is taken");
                }

                _lastLine = line;
            }

            if (_answer.Count == IndexLimits.Default.MaxRecords)
            {
                return ElasticsearchAnswer.TooLarge($"more than {IndexLimits.Default.MaxRecords} actions in one request; send fewer at once");
            }

            Take();
            if (Check() is { } refusal)
            {
                return refusal;
            }
        }

        return _answer.Count == 0 ? ElasticsearchAnswer.BadData("no requests added: the body has no action") : null;
    }

    private ElasticsearchAnswer? Check()
    {
        if (_malformed > MostMalformed)
        {
            return ElasticsearchAnswer.BadData($"more than {MostMalformed} documents are malformed, the last in line [{_line}]; nothing of the request is taken");
        }

        var rented = _documents.Capacity + _answer.Capacity + (_claims?.Capacity ?? 0);
        if (rented <= _charged)
        {
            return null;
        }

        if (rented > _maxLength)
        {
            return ElasticsearchAnswer.TooLarge("the records of the request take more than this receiver allows; send fewer at once");
        }

        if (!_lease.TryExtend(rented - _charged))
        {
            return ElasticsearchAnswer.OverBudget;
        }

        _charged = rented;
        return null;
    }

    /// <summary>Takes the item of the last action.</summary>
    private void Take()
    {
        ref readonly var action = ref _lastAction;
        var index = action.Index.Length == 0 ? _defaults.Index : action.Index.In(_lastLine);
        if (action.Operation == BulkOperation.Delete)
        {
            Refuse(index, Argument, "documents are taken on their way, and cannot be deleted here");
            return;
        }

        if (!TryReadLine(out var document))
        {
            Refuse(index, Argument, "the request ends where its document should be");
            return;
        }

        if (FindRefusal(index) is { } reason)
        {
            Refuse(index, Argument, reason);
            return;
        }

        var origin = OriginOf(index);
        var status = _claims is not null && action.Operation == BulkOperation.Create && !origin.Id.IsEmpty ? _claims.Claim(index, origin.Id) : (ClaimStatus?)null;
        if (status is ClaimStatus.Known or ClaimStatus.UnderWay)
        {
            var (code, type, text) = ElasticsearchAnswer.Refusal(status.Value);
            _answer.Refuse(action.Operation, index, action.Id.In(_lastLine), type, $"line [{_line}]: {text}", code);
            return;
        }

        if (_documents.TryAppend(document, origin, _observedUnixNano))
        {
            _answer.Created(action.Operation, index, action.Id.In(_lastLine));
            return;
        }

        if (status is not null)
        {
            _claims!.CancelLast();
        }

        _malformed++;
        Refuse(index, Parsing, DocumentWriter.DescribeFault(document));
    }

    private string? FindRefusal(ReadOnlySpan<byte> index)
    {
        if (_lastAction.Operation == BulkOperation.Update)
        {
            return "documents are taken on their way, and cannot be updated here; send them whole, with create or index";
        }

        if (_lastAction.Condition is { } condition)
        {
            return $"{condition} is a condition on a document that is there already, which cannot be checked here; leave it out";
        }

        if (_lastAction.HasEmptyId)
        {
            return "_id is empty; leave it out to be given one";
        }

        if (_lastAction.Id.Length > LongestId)
        {
            return $"_id is longer than {LongestId} bytes";
        }

        if (index.IsEmpty)
        {
            return "index is missing: give it as _index of the action or in the address, as in /logs/_bulk";
        }

        if (index.SequenceEqual(_checkedIndex))
        {
            return null;
        }

        if (IndexName.FindFault(index) is { } fault)
        {
            return $"the index name is not valid: {fault}";
        }

        _checkedIndex = index;
        return null;
    }

    private readonly DocumentOrigin OriginOf(ReadOnlySpan<byte> index) => new()
    {
        Index = index,
        Id = TextOf(_lastAction.Id, []),
        Pipeline = TextOf(_lastAction.Pipeline, _defaults.Pipeline),
        Routing = TextOf(_lastAction.Routing, _defaults.Routing),
    };

    private readonly ReadOnlySpan<byte> TextOf(LineRange text, byte[] otherwise)
    {
        if (text.Length == 0)
        {
            return otherwise;
        }

        return _lastAction.IsEscaped ? BulkActionReader.Unescape(text.In(_lastLine)) : text.In(_lastLine);
    }

    private readonly void Refuse(ReadOnlySpan<byte> index, string type, string reason) =>
        _answer.Refuse(_lastAction.Operation, index, _lastAction.Id.In(_lastLine), type, $"line [{_line}]: {reason}");

    private bool TryReadLine(out ReadOnlySpan<byte> line)
    {
        var end = _rest.IndexOf((byte)'\n');
        if (end < 0)
        {
            line = default;
            return false;
        }

        line = _rest[..end];
        _rest = _rest[(end + 1)..];
        _line++;
        return true;
    }

    private static bool IsBlank(ReadOnlySpan<byte> line) => line.IsEmpty || line.IndexOfAnyExcept(" \t\r"u8) < 0;
}
