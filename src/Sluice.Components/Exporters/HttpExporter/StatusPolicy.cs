using System.Globalization;

namespace Sluice.Components.Exporters.HttpExporter;

/// <summary>What each status means. Immutable.</summary>
internal sealed class StatusPolicy
{
    private const int First = 200;
    private const int End = 600;

    /// <summary>About the address, the credentials or the method, not about the records: nothing must be given up for it.</summary>
    private static readonly int[] AboutTheConfiguration = [401, 402, 403, 404, 405, 406, 407, 410, 411, 415, 421, 426, 501, 505, 511];

    private readonly StatusAction[] _actions = new StatusAction[End - First];

    /// <summary>The usual meanings, with others in their place.</summary>
    /// <param name="changes">By a status, such as <c>409</c>, or a class of them, such as <c>5xx</c>; the status counts before its class.</param>
    public StatusPolicy(IReadOnlyDictionary<string, StatusAction> changes)
    {
        Fill("2xx", StatusAction.Deliver);
        Fill("3xx", StatusAction.Hold);
        Fill("4xx", StatusAction.Reject);
        Fill("5xx", StatusAction.Retry);
        foreach (var status in AboutTheConfiguration)
        {
            _actions[status - First] = StatusAction.Hold;
        }

        _actions[408 - First] = StatusAction.Retry;
        _actions[413 - First] = StatusAction.Split;
        _actions[425 - First] = StatusAction.Retry;
        _actions[429 - First] = StatusAction.Retry;
        foreach (var (statuses, action) in changes.OrderByDescending(change => IsClass(change.Key)))
        {
            Fill(statuses, action);
        }
    }

    /// <summary>What a status means; one that there is not is somebody else's answer.</summary>
    public StatusAction this[int status] => status is >= First and < End ? _actions[status - First] : StatusAction.Hold;

    /// <summary>Reads a status or a class of them.</summary>
    /// <param name="text">Such as <c>409</c> or <c>5xx</c>.</param>
    /// <param name="statuses">The first of them, and how many.</param>
    public static bool TryParse(string text, out (int First, int Count) statuses)
    {
        statuses = default;
        if (IsClass(text) && text[0] is >= '2' and <= '5')
        {
            statuses = ((text[0] - '0') * 100, 100);
            return true;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= First and < End)
        {
            statuses = (status, 1);
            return true;
        }

        return false;
    }

    private static bool IsClass(string text) => text.Length == 3 && text.EndsWith("xx", StringComparison.OrdinalIgnoreCase);

    private void Fill(string text, StatusAction action)
    {
        if (!TryParse(text, out var statuses))
        {
            throw new ArgumentException($"\"{text}\" is neither a status nor a class of them.", nameof(text));
        }

        _actions.AsSpan(statuses.First - First, statuses.Count).Fill(action);
    }
}
