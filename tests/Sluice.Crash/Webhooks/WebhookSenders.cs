using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Sluice.Crash.Webhooks;

/// <summary>
/// Senders as webhooks have them: each sends one delivery after another, and sends it again, unchanged, until it is answered with 202, whatever happens
/// to the receiver meanwhile. Every tenth is sent over two connections at once, as by a sender that lost patience with the first.
/// </summary>
internal sealed class WebhookSenders : IAsyncDisposable
{
    /// <summary>The secret of both endpoints.</summary>
    public const string Secret = "of the senders";

    private static readonly byte[] Key = Encoding.UTF8.GetBytes(Secret);

    private readonly CancellationTokenSource _stop = new();
    private readonly int[] _begun;
    private readonly Task[] _senders;
    private volatile Round _round = new("");
    private long _acknowledged;
    private long _repeated;
    private int _sending;

    /// <summary>Starts them; they wait for <see cref="Listen"/>.</summary>
    /// <param name="count">Senders. Those with an even number sign as the scheme <c>plain</c>, the others as GitHub does.</param>
    /// <param name="seed">What sizes follow from.</param>
    public WebhookSenders(int count, int seed)
    {
        _begun = new int[count];
        var first = _round;
        _senders = [.. Enumerable.Range(0, count).Select(sender => Task.Run(() => RunAsync(sender, new Random(seed + sender), first)))];
        Broken = Task.WhenAny(_senders);
    }

    /// <summary>Deliveries that were answered with 202.</summary>
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>Requests beyond the first of each delivery.</summary>
    public long Repeated => Interlocked.Read(ref _repeated);

    /// <summary>Whether no request is under way.</summary>
    public bool AreQuiet => Volatile.Read(ref _sending) == 0;

    /// <summary>Ends when a sender does, which none does by itself unless it got an answer that there should not be.</summary>
    public Task<Task> Broken { get; }

    /// <summary>Names of all deliveries that were ever begun; only while they <see cref="AreQuiet"/>.</summary>
    public IEnumerable<string> Begun => _begun.SelectMany((count, sender) => Enumerable.Range(0, count).Select(number => $"{sender}.{number}"));

    /// <summary>Lets them send to a receiver until it cuts them off, or <see cref="Pause"/>.</summary>
    /// <param name="address">Where it listens.</param>
    /// <param name="deliveries">Deliveries until <paramref name="reached"/> is called.</param>
    /// <param name="reached">Called once, by the sender that got the last of the answers, while all others go on.</param>
    public void Listen(string address, long deliveries, Action reached)
    {
        var before = _round;
        _round = new Round(address) { Left = deliveries, Reached = reached };
        before.Next.SetResult(_round);
    }

    /// <summary>Begins no more deliveries; those that are begun are sent until they are answered.</summary>
    public void Pause() => _round.IsOver = true;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();

        // Whoever waits for them has looked at Broken: that says more than a failure here, which would hide it.
        await Task.WhenAll(_senders).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunAsync(int sender, Random random, Round round)
    {
        using var http = new HttpClient();
        byte[]? body = null;
        try
        {
            while (true)
            {
                round = await round.Next.Task.WaitAsync(_stop.Token);
                Interlocked.Increment(ref _sending);
                try
                {
                    while (body is not null || !round.IsOver)
                    {
                        body ??= Begin(sender, random);
                        if (!await TryDeliverAsync(http, round, sender, body))
                        {
                            Interlocked.Increment(ref _repeated);
                            break;
                        }

                        body = null;
                    }
                }
                finally
                {
                    Interlocked.Decrement(ref _sending);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Told to end.
        }
    }

    private byte[] Begin(int sender, Random random)
    {
        var padding = new string('p', random.Next(10) == 0 ? random.Next(20_000) : random.Next(500));
        return Encoding.UTF8.GetBytes($$"""{"name":"{{sender}}.{{_begun[sender]++}}","padding":"{{padding}}"}""");
    }

    /// <summary>Sends a delivery until it is answered with 202.</summary>
    /// <returns>False when the receiver is gone before.</returns>
    private async Task<bool> TryDeliverAsync(HttpClient http, Round round, int sender, byte[] body)
    {
        var isDoubled = _begun[sender] % 10 == 0;
        try
        {
            while (true)
            {
                var first = PostAsync(http, round.Address, sender, body);
                var second = isDoubled ? PostAsync(http, round.Address, sender, body) : first;
                await Task.WhenAll(first, second);
                if (await first && await second)
                {
                    break;
                }

                Interlocked.Increment(ref _repeated);
            }
        }
        catch (Exception cut) when (cut is HttpRequestException or IOException)
        {
            return false;
        }

        Interlocked.Add(ref _repeated, isDoubled ? 1 : 0);
        Interlocked.Increment(ref _acknowledged);
        if (Interlocked.Decrement(ref round.Left) == 0)
        {
            round.Reached();
        }

        return true;
    }

    /// <summary>Sends one request.</summary>
    /// <returns>False when it is to be sent again.</returns>
    private async Task<bool> PostAsync(HttpClient http, string address, int sender, byte[] body)
    {
        var isPlain = sender % 2 == 0;
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://{address}{(isPlain ? "/plain" : "/github")}")) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var signature = "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Key, body));
        if (isPlain)
        {
            request.Headers.Add("X-Signature", signature);
            request.Headers.Add("X-Request-ID", $"{sender}.{_begun[sender]}");
        }
        else
        {
            // Known by its content: the id is not signed, so that it may change.
            request.Headers.Add("X-Hub-Signature-256", signature);
            request.Headers.Add("X-GitHub-Delivery", Guid.NewGuid().ToString());
        }

        using var response = await http.SendAsync(request, CancellationToken.None);
        return response.StatusCode switch
        {
            HttpStatusCode.Accepted => true,
            HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable => false,
            _ => throw new InvalidOperationException($"{response.StatusCode}: {await response.Content.ReadAsStringAsync()}"),
        };
    }

    /// <summary>One life of the receiver.</summary>
    private sealed class Round(string address)
    {
        /// <summary>Deliveries that are missing until <see cref="Reached"/>.</summary>
        public long Left;

        public string Address { get; } = address;

        public Action Reached { get; init; } = () => { };

        public bool IsOver
        {
            get => Volatile.Read(ref field);
            set => Volatile.Write(ref field, value);
        }

        public TaskCompletionSource<Round> Next { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
