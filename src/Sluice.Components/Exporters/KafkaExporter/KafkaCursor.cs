using System.Text;
using Sluice.Journal;

namespace Sluice.Components.Exporters.KafkaExporter;

/// <summary>
/// How far an exporter has delivered its journal, as a record in Kafka: the key names journal and exporter, the value is a place in the
/// journal. The same place goes into the exporter's state, so that it is known that there must be one.
/// </summary>
internal static class KafkaCursor
{
    private const string StatePrefix = "kafka-cursor-1:";

    /// <summary>The key.</summary>
    public static byte[] Key(Guid journal, string exporter) => Encoding.UTF8.GetBytes($"{journal:N}/{exporter}");

    /// <summary>The id of transactions: another journal's, or another exporter's, has to do with none of them.</summary>
    public static string TransactionalId(Guid journal, string exporter) => $"sluice-{journal:N}-{exporter}";

    /// <summary>The value.</summary>
    public static byte[] Value(RecordId place) => Encoding.ASCII.GetBytes(place.ToString());

    /// <summary>Reads a value.</summary>
    public static bool TryRead(ReadOnlySpan<byte> value, out RecordId place) => RecordId.TryParse(Encoding.UTF8.GetString(value), out place);

    /// <summary>The state.</summary>
    public static byte[] State(RecordId place) => Encoding.ASCII.GetBytes(StatePrefix + place);

    /// <summary>Reads a state.</summary>
    public static bool TryReadState(ReadOnlySpan<byte> state, out RecordId place)
    {
        place = default;
        var text = Encoding.UTF8.GetString(state);
        return text.StartsWith(StatePrefix, StringComparison.Ordinal) && RecordId.TryParse(text.AsSpan(StatePrefix.Length), out place);
    }
}
