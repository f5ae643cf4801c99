using Sluice.Journal;

namespace Sluice.Components.Exporters.PrometheusRemoteWriteExporter;

/// <summary>How far the sending of a run of records of one entry of the journal is, which may take several requests and attempts.</summary>
/// <param name="position">Of its first record.</param>
/// <param name="count">Its records.</param>
internal sealed class EntryProgress(RecordId position, int count)
{
    // Made when they are needed, which is hardly ever.
    private HashSet<int>? _ahead;
    private HashSet<int>? _arrived;
    private HashSet<(int First, int End)>? _parted;
    private Fate[]? _fates;

    /// <summary>What became of the data points of a record.</summary>
    private enum Fate : byte
    {
        None,
        Found,
        Taken,
    }

    public RecordId Position => position;

    public int Count => count;

    /// <summary>The position behind its last record.</summary>
    public RecordId End => position.Plus(count);

    /// <summary>Whether it may have arrived already.</summary>
    public bool IsUncertain { get; set; }

    /// <summary>Requests of this attempt that hold a part of it and nothing else.</summary>
    public int Requests { get; set; }

    /// <summary>So many of them were sent already, by this attempt or an earlier one.</summary>
    public int Sent { get; private set; }

    /// <summary>Says that a data point of the next request is about to be sent ahead of others.</summary>
    /// <returns>False when it was before: that it is there says nothing of the others then.</returns>
    public bool SendAhead(int point) => (_ahead ??= []).Add(point);

    /// <summary>Says that some data points of the next request were refused together, and are sent in parts.</summary>
    public void Part(int first, int end) => (_parted ??= []).Add((first, end));

    /// <summary>Whether they were.</summary>
    public bool IsParted(int first, int end) => _parted is not null && _parted.Contains((first, end));

    /// <summary>Says that all of the next request is there.</summary>
    public void RequestArrived()
    {
        (Sent, _ahead, _arrived, _parted) = (Requests, null, null, null);
    }

    /// <summary>Says that some data points of the next request are there. Remembered where it is sent in parts.</summary>
    /// <param name="first">The index of the first.</param>
    /// <param name="end">The index behind the last.</param>
    public void Arrived(int first, int end)
    {
        for (var i = first; i < end && _parted is not null; i++)
        {
            (_arrived ??= []).Add(i);
        }
    }

    /// <summary>Whether all of some data points of the next request are there.</summary>
    public bool HaveArrived(int first, int end)
    {
        for (var i = first; i < end; i++)
        {
            if (_arrived is null || !_arrived.Contains(i))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Says that the receiver had data points of a record already.</summary>
    /// <param name="record">Its index; negative for what is of no record.</param>
    public void Found(int record)
    {
        if (record >= 0 && FateOf(record) == Fate.None)
        {
            FateOf(record) = Fate.Found;
        }
    }

    /// <summary>Says that the receiver took data points of a record.</summary>
    /// <param name="record">Its index; negative for what is of no record.</param>
    public void Taken(int record)
    {
        if (record >= 0)
        {
            FateOf(record) = Fate.Taken;
        }
    }

    /// <summary>Whether the receiver had all of a record.</summary>
    public bool IsFound(int record) => _fates is not null && _fates[record] == Fate.Found;

    private ref Fate FateOf(int record) => ref (_fates ??= new Fate[count])[record];
}
