namespace Sluice.Journal;

/// <summary>The answers to one batch of commits, sent by few work items.</summary>
internal sealed class AppendAnswers
{
    /// <summary>Answers of one work item: the continuation of a caller that takes its time delays no more than these.</summary>
    private const int MaxChain = 16;

    private AppendRequest? _first;
    private AppendRequest? _last;
    private int _count;

    /// <summary>Adds one. Those for which nobody waits end here.</summary>
    public void Add(AppendRequest request, in CommitResult result)
    {
        if (request.IsOwn)
        {
            request.Recycle();
            return;
        }

        request.Answer(result, _last);
        _first ??= request;
        _last = request;
        if (++_count == MaxChain)
        {
            Send();
        }
    }

    /// <summary>Sends what was added.</summary>
    public void Send()
    {
        _first?.Send();
        _first = null;
        _last = null;
        _count = 0;
    }
}
