using Sluice.Runtime.Health;

namespace Sluice.Components.Receivers.PrometheusReceiver.Scraping;

/// <summary>What is wrong with the jobs of a receiver, as its health: Degraded while there is anything. Thread-safe.</summary>
/// <param name="health">Where it is said.</param>
internal sealed class ScrapeProblems(ComponentHealth health)
{
    /// <summary>Problems that are named; of the others the number is.</summary>
    private const int Named = 3;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, string> _problems = new(StringComparer.Ordinal);

    /// <summary>Says what is wrong.</summary>
    /// <param name="about">A job or a target.</param>
    /// <param name="problem">What is wrong with it; null when nothing is, or no longer.</param>
    /// <returns>Whether that is new.</returns>
    public bool Set(string about, string? problem)
    {
        lock (_lock)
        {
            if (_problems.GetValueOrDefault(about) == problem)
            {
                return false;
            }

            if (problem is null)
            {
                _problems.Remove(about);
            }
            else
            {
                _problems[about] = problem;
            }

            var more = _problems.Count > Named ? $"; and {_problems.Count - Named} more" : "";
            health.Set(_problems.Count == 0 ? HealthState.Healthy : HealthState.Degraded, string.Join("; ", _problems.Take(Named).Select(one => $"{one.Key}: {one.Value}")) + more);
            return true;
        }
    }
}
