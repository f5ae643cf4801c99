using Sluice.Journal;

namespace Sluice.Components.Exporters.PrometheusRemoteWriteExporter;

/// <summary>
/// Tells a receiver that refuses whatever comes from one that refuses some of it: it does once all pieces of a batch were refused, and until it takes something.
/// </summary>
internal sealed class RefusalRun
{
    /// <summary>As many pieces of a batch are refused in a row before the others are given up as they are.</summary>
    private const int LongestSearch = 32;

    private RecordId _end;
    private bool _wasTaken;
    private int _refused;
    private bool _isOfAll;

    /// <summary>Books that a batch, or a piece of one, was refused for good.</summary>
    /// <param name="first">The position of its first record.</param>
    /// <param name="end">The position behind its last record.</param>
    /// <param name="isSingle">Whether it is one record, which cannot be taken apart further.</param>
    /// <returns>Whether everything is refused.</returns>
    public bool Refused(RecordId first, RecordId end, bool isSingle)
    {
        if (first >= _end)
        {
            (_end, _wasTaken, _refused) = (end, false, 0);
        }

        _refused++;
        _isOfAll |= !_wasTaken && ((isSingle && end == _end) || _refused >= LongestSearch);
        return _isOfAll;
    }

    /// <summary>Books that a batch, or a piece of one, was taken.</summary>
    public void Taken() => (_wasTaken, _isOfAll) = (true, false);
}
