using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using Sluice.Telemetry;

namespace Sluice.Crash.Load;

/// <summary>
/// Senders that never pause while somebody listens, half of them over gRPC and half over HTTP, each with a connection of its own. Nothing
/// is sent twice: a request that got no answer stays one that got none.
/// </summary>
internal sealed class Senders : IAsyncDisposable
{
    private static readonly string[] HttpPaths = ["/v1/logs", "/v1/traces", "/v1/metrics"];

    private static readonly string[] GrpcPaths =
    [
        "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
        "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
        "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
    ];

    private readonly CancellationTokenSource _stop = new();
    private readonly List<Request>[] _sent;
    private readonly Task[] _senders;
    private readonly int _maxPadding;
    private volatile Round _round = new(new Dictionary<string, string>());
    private long _acknowledged;
    private long _refused;
    private int _sending;

    /// <summary>Starts them; they wait for <see cref="Listen"/>.</summary>
    /// <param name="count">Connections.</param>
    /// <param name="seed">What sizes follow from.</param>
    /// <param name="maxPadding">Some records carry up to so many more bytes.</param>
    public Senders(int count, int seed, int maxPadding)
    {
        _maxPadding = maxPadding;
        _sent = [.. Enumerable.Range(0, count).Select(_ => new List<Request>())];
        var first = _round;
        _senders = [.. Enumerable.Range(0, count).Select(sender => Task.Run(() => RunAsync(sender, new Random(seed + sender), first)))];
        Broken = Task.WhenAny(_senders);
    }

    /// <summary>Requests that were acknowledged so far.</summary>
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>Requests that were refused so far.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Whether no request is under way.</summary>
    public bool AreQuiet => Volatile.Read(ref _sending) == 0;

    /// <summary>Ends when a sender does, which none does by itself unless it got an answer that there should not be.</summary>
    public Task<Task> Broken { get; }

    /// <summary>All requests by sender and number; only while they <see cref="AreQuiet"/>.</summary>
    public IReadOnlyList<IReadOnlyList<Request>> Sent => _sent;

    /// <summary>Lets them send to a receiver until it cuts them off, or <see cref="Pause"/>.</summary>
    /// <param name="endpoints">Where it listens.</param>
    /// <param name="requests">Acknowledgements until <paramref name="reached"/> is called, on the thread of the sender that got the last of them.</param>
    /// <param name="reached">Called once, while all others go on sending.</param>
    public void Listen(IReadOnlyDictionary<string, string> endpoints, long requests, Action reached)
    {
        var before = _round;
        _round = new Round(endpoints) { Left = requests, Reached = reached };
        before.Next.SetResult(_round);
    }

    /// <summary>Ends the sending; what is under way gets its answer.</summary>
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
        using var handler = new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5) };
        using var http = new HttpClient(handler);
        try
        {
            while (true)
            {
                round = await round.Next.Task.WaitAsync(_stop.Token);
                Interlocked.Increment(ref _sending);
                try
                {
                    while (!round.IsOver && await TrySendAsync(http, round, sender, random))
                    {
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

    /// <summary>Sends one request.</summary>
    /// <returns>False when the connection is gone.</returns>
    private async Task<bool> TrySendAsync(HttpClient http, Round round, int sender, Random random)
    {
        // Mostly small requests, and some that fill blocks and segments.
        var request = new Request(sender, _sent[sender].Count, (Signal)random.Next(3), random.Next(1, 20));
        var body = request.Encode(random.Next(10) == 0 ? random.Next(_maxPadding) : random.Next(200));
        _sent[sender].Add(request);
        try
        {
            request.Answer = sender % 2 == 0
                ? await PostAsync(http, round.Endpoints, request.Signal, body)
                : await CallAsync(http, round.Endpoints, request.Signal, body);
        }
        catch (Exception cut) when (cut is HttpRequestException or IOException)
        {
            return false;
        }

        if (request.Answer == Answer.Acknowledged)
        {
            Interlocked.Increment(ref _acknowledged);
            if (Interlocked.Decrement(ref round.Left) == 0)
            {
                round.Reached();
            }
        }
        else
        {
            Interlocked.Increment(ref _refused);
        }

        return true;
    }

    private static async Task<Answer> PostAsync(HttpClient http, IReadOnlyDictionary<string, string> endpoints, Signal signal, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        using var response = await http.PostAsync(new Uri($"http://{endpoints["otlp/http"]}{HttpPaths[(int)signal]}"), content, CancellationToken.None);
        return response.StatusCode switch
        {
            HttpStatusCode.OK => Answer.Acknowledged,
            HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable => Answer.Refused,
            _ => throw new InvalidOperationException($"{response.StatusCode}: {await response.Content.ReadAsStringAsync()}"),
        };
    }

    private static async Task<Answer> CallAsync(HttpClient http, IReadOnlyDictionary<string, string> endpoints, Signal signal, byte[] body)
    {
        const int ok = 0;
        const int resourceExhausted = 8;
        const int unavailable = 14;
        var frame = new byte[5 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), body.Length);
        body.CopyTo(frame, 5);
        using var call = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://{endpoints["otlp/grpc"]}{GrpcPaths[(int)signal]}"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(frame),
        };
        call.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        call.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        using var response = await http.SendAsync(call, CancellationToken.None);
        await response.Content.LoadIntoBufferAsync(CancellationToken.None);
        return Field(response, "grpc-status") switch
        {
            "" => Answer.None,
            var text when int.Parse(text) == ok => Answer.Acknowledged,
            var text when int.Parse(text) is resourceExhausted or unavailable => Answer.Refused,
            var text => throw new InvalidOperationException($"gRPC status {text}: {Uri.UnescapeDataString(Field(response, "grpc-message"))}"),
        };
    }

    /// <summary>A trailer, or a header when the answer is trailers only.</summary>
    private static string Field(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out var values) || response.Headers.TryGetValues(name, out values) ? values.First() : "";

    /// <summary>One life of the receiver.</summary>
    private sealed class Round(IReadOnlyDictionary<string, string> endpoints)
    {
        /// <summary>Acknowledgements that are missing until <see cref="Reached"/>.</summary>
        public long Left;

        public IReadOnlyDictionary<string, string> Endpoints { get; } = endpoints;

        public Action Reached { get; init; } = () => { };

        public bool IsOver
        {
            get => Volatile.Read(ref field);
            set => Volatile.Write(ref field, value);
        }

        public TaskCompletionSource<Round> Next { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
