namespace Sluice.Testing;

/// <summary>The one place where tests wait: polls until a condition holds or a deadline passes.</summary>
public static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Generous, since it is only reached by a failing test.</summary>
    public static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(60);

    /// <summary>Polls <paramref name="condition"/> until it is true.</summary>
    /// <exception cref="TimeoutException">The deadline passed first; the message holds <paramref name="what"/>.</exception>
    public static Task TrueAsync(Func<bool> condition, string what, TimeSpan? deadline = null) =>
        TrueAsync(() => Task.FromResult(condition()), () => what, deadline);

    /// <inheritdoc cref="TrueAsync(Func{bool}, string, TimeSpan?)"/>
    public static async Task TrueAsync(Func<Task<bool>> condition, Func<string> what, TimeSpan? deadline = null)
    {
        var limit = deadline ?? DefaultDeadline;
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            // Asked once more behind the deadline: on a machine that stood still meanwhile it may have been asked long before.
            var isOver = TimeProvider.System.GetElapsedTime(start) > limit;
            if (await condition().ConfigureAwait(false))
            {
                return;
            }

            if (isOver)
            {
                throw new TimeoutException($"After {limit.TotalSeconds:0} s this still did not hold: {what()}");
            }

            await Task.Delay(Interval, TimeProvider.System).ConfigureAwait(false);
        }
    }

    /// <summary>Polls <paramref name="produce"/> until it returns something that is not null.</summary>
    public static async Task<T> NotNullAsync<T>(Func<Task<T?>> produce, string what, TimeSpan? deadline = null)
        where T : class
    {
        T? result = null;
        await TrueAsync(async () => (result = await produce().ConfigureAwait(false)) is not null, () => what, deadline).ConfigureAwait(false);
        return result!;
    }
}
