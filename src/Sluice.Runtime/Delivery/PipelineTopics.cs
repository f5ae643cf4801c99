using System.Text;
using Sluice.Journal;

namespace Sluice.Runtime.Delivery;

/// <summary>Finds the topic of a pipeline by its name in UTF-8, without making the text again for every entry. One reader at a time.</summary>
internal sealed class PipelineTopics(IJournal journal)
{
    private readonly List<(byte[] Name, JournalTopic Topic)> _known = [];

    /// <summary>The topic of that name; it is made when a replayed pipeline is not configured any more.</summary>
    public JournalTopic Find(ReadOnlySpan<byte> name)
    {
        foreach (var (known, topic) in _known)
        {
            if (name.SequenceEqual(known))
            {
                return topic;
            }
        }

        var found = journal.OpenTopic(Encoding.UTF8.GetString(name));
        _known.Add((name.ToArray(), found));
        return found;
    }
}
