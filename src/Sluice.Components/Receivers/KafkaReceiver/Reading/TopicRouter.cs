using System.Text.RegularExpressions;

namespace Sluice.Components.Receivers.KafkaReceiver.Reading;

/// <summary>Says which signal a topic holds: that which names it, or the first whose expression finds it.</summary>
internal sealed class TopicRouter(IReadOnlyList<SignalReading> readings)
{
    /// <summary>How long an expression may look at the name of a topic.</summary>
    public static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, SignalReading> _known = new(StringComparer.Ordinal);

    /// <summary>What is subscribed to.</summary>
    public IReadOnlyCollection<string> Subscription { get; } = [.. readings.SelectMany(reading => reading.Topics.Topics).Distinct(StringComparer.Ordinal)];

    /// <summary>What the messages of a topic go to.</summary>
    public SignalReading Find(string topic)
    {
        if (!_known.TryGetValue(topic, out var reading))
        {
            reading = readings.FirstOrDefault(candidate => candidate.Topics.Topics.Contains(topic, StringComparer.Ordinal))
                ?? readings.FirstOrDefault(candidate => candidate.Topics.Topics.Any(expression => Matches(expression, topic)))

                // The library's expressions are POSIX's: one may find what .NET's does not. Subscribed to by whom is clear where there is one.
                ?? readings.First(candidate => candidate.Topics.Topics.Any(expression => expression.StartsWith('^')));
            _known.Add(topic, reading);
        }

        return reading;
    }

    private static bool Matches(string expression, string topic) =>
        expression.StartsWith('^') && Regex.IsMatch(topic, expression, RegexOptions.CultureInvariant, MatchTimeout);
}
