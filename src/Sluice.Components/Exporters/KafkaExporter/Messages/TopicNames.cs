using System.Text;
using Sluice.Buffers;

namespace Sluice.Components.Exporters.KafkaExporter.Messages;

/// <summary>Names of topics that come with the data, checked once each. One thread.</summary>
internal sealed class TopicNames
{
    /// <summary>Each costs memory of the client for as long as it runs, so that no sender may name as many as it likes.</summary>
    private const int MaxNames = 10_000;

    private readonly Dictionary<byte[], string> _known = new(ByteKeyComparer.Instance);
    private readonly Dictionary<byte[], string>.AlternateLookup<ReadOnlySpan<byte>> _lookup;

    public TopicNames() => _lookup = _known.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>The topic of a name.</summary>
    /// <param name="name">The name, in UTF-8.</param>
    /// <param name="fault">What is wrong with it, when it is none.</param>
    /// <returns>Null when it is none.</returns>
    public string? Find(ReadOnlySpan<byte> name, out string fault)
    {
        fault = "";
        if (_lookup.TryGetValue(name, out var known))
        {
            return known;
        }

        var text = Encoding.UTF8.GetString(name);
        if (KafkaTopicName.FindFault(text) is { } wrong)
        {
            fault = $"the topic that it names {wrong}; {KafkaTopicName.Remedy}";
            return null;
        }

        if (_known.Count == MaxNames)
        {
            fault = $"it names a topic beyond the {MaxNames} that were named since the start; have fewer topics";
            return null;
        }

        _known.Add(name.ToArray(), text);
        return text;
    }
}
