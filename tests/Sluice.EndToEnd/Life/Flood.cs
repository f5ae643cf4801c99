using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Sluice.EndToEnd.Support;
using Sluice.Telemetry;
using Sluice.Testing;

namespace Sluice.EndToEnd.Life;

/// <summary>Senders that never pause unless they are told to, and that remember which of their records were acknowledged.</summary>
internal sealed class Flood : IAsyncDisposable
{
    /// <summary>Records of one request.</summary>
    public const int RecordsPerRequest = 20;

    /// <summary>Only reached by a failing test.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    private readonly ConcurrentQueue<string> _acknowledged = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _senders;
    private readonly int _maxRequests;
    private readonly string _padding;
    private readonly string _prefix;
    private readonly Func<int, bool> _mayGoOn;
    private int _request;

    private Flood(OtlpClient client, int senders, int maxRequests, int padding, string prefix, Func<int, bool> mayGoOn)
    {
        _prefix = prefix;
        _mayGoOn = mayGoOn;
        _maxRequests = maxRequests;
        _padding = padding == 0 ? "" : " " + new string('p', padding);
        _senders = [.. Enumerable.Range(0, senders).Select(_ => Task.Run(() => SendAsync(client)))];
    }

    /// <summary>Bodies of acknowledged records, each unique, without their padding.</summary>
    public IReadOnlyCollection<string> Acknowledged => _acknowledged;

    /// <summary>Answers other than 200, by status.</summary>
    public ConcurrentDictionary<HttpStatusCode, int> Refusals { get; } = new();

    /// <summary>Starts senders that end by themselves after so many requests.</summary>
    /// <param name="client">Where they send.</param>
    /// <param name="senders">How many.</param>
    /// <param name="maxRequests">Of all of them together.</param>
    /// <param name="padding">Bytes that each body has behind a space.</param>
    /// <param name="prefix">What bodies begin with: another one for each of several floods.</param>
    /// <param name="mayGoOn">Says of the number of acknowledged records whether more are sent now; by default they always are.</param>
    public static Flood Start(
        OtlpClient client, int senders = 4, int maxRequests = int.MaxValue, int padding = 0, string prefix = "r", Func<int, bool>? mayGoOn = null) =>
        new(client, senders, maxRequests, padding, prefix, mayGoOn ?? (_ => true));

    /// <summary>Tells the senders to end, and waits for them.</summary>
    public async Task EndAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_senders);
    }

    /// <summary>Waits until all senders have ended: the receiver is gone, or they have sent what they should.</summary>
    public Task WhenEndedAsync() => Task.WhenAll(_senders);

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _stop.Dispose();
    }

    private async Task SendAsync(OtlpClient client)
    {
        while (!_stop.IsCancellationRequested)
        {
            await Eventually.TrueAsync(() => _stop.IsCancellationRequested || _mayGoOn(_acknowledged.Count), "senders may go on", LongestPause);
            var request = Interlocked.Increment(ref _request);
            if (request > _maxRequests)
            {
                return;
            }

            string[] bodies = [.. Enumerable.Range(0, RecordsPerRequest).Select(i => string.Create(CultureInfo.InvariantCulture, $"{_prefix}{request}n{i}"))];
            try
            {
                using var response = await client.PostAsync(Signal.Logs, OtlpClient.Logs("flood", bodies.Select(body => body + _padding)));
                if (response.StatusCode == HttpStatusCode.OK)
                {
                    foreach (var body in bodies)
                    {
                        _acknowledged.Enqueue(body);
                    }
                }
                else
                {
                    Refusals.AddOrUpdate(response.StatusCode, 1, static (_, count) => count + 1);
                }
            }
            catch (HttpRequestException)
            {
                // Not acknowledged: the connection is refused or cut. A sender of a stopped receiver ends.
                return;
            }
        }
    }
}
