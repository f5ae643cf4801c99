using System.Globalization;
using Sluice.Configuration;

namespace Sluice.Components.Exporters.HttpStatuses;

/// <summary>What each status means. Immutable.</summary>
internal sealed class StatusPolicy
{
    private const int First = 200;
    private const int End = 600;

    private readonly StatusAction[] _actions = new StatusAction[End - First];

    /// <summary>The usual meanings, with others in their place.</summary>
    /// <param name="usual">By a status, such as <c>409</c>, or a class of them, such as <c>5xx</c>; the status counts before its class. All four classes are there.</param>
    /// <param name="changes">What differs from that, in the same way.</param>
    public StatusPolicy(IReadOnlyDictionary<string, StatusAction> usual, IReadOnlyDictionary<string, StatusAction> changes)
    {
        foreach (var (statuses, action) in usual.OrderByDescending(IsOfClass).Concat(changes.OrderByDescending(IsOfClass)))
        {
            Fill(statuses, action);
        }
    }

    /// <summary>What a status means; one that there is not is somebody else's answer.</summary>
    public StatusAction this[int status] => status is >= First and < End ? _actions[status - First] : StatusAction.Hold;

    /// <summary>Says what is no status in the option <c>on_status</c>.</summary>
    public static void Validate(IReadOnlyDictionary<string, StatusAction> changes, OptionsValidation context)
    {
        foreach (var statuses in changes.Keys.Where(text => !TryParse(text, out _)))
        {
            context.Error("on_status", $"\"{statuses}\" is neither a status nor a class of them", "write a status from 200 to 599, or 2xx, 3xx, 4xx or 5xx");
        }
    }

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

    private static bool IsOfClass(KeyValuePair<string, StatusAction> pair) => IsClass(pair.Key);

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
