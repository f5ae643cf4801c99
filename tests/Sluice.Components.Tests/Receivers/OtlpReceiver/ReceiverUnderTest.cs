using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Buffers;
using Sluice.Components.Receivers.OtlpReceiver;
using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Health;
using Sluice.Telemetry;

namespace Sluice.Components.Tests.Receivers.OtlpReceiver;

/// <summary>A started receiver on free ports with clients for both protocols. Disposing checks that memory and budget are back.</summary>
public sealed class ReceiverUnderTest : IAsyncDisposable
{
    private readonly Meter _meter = new($"test.{Guid.NewGuid():N}");

    private ReceiverUnderTest(OtlpReceiverOptions options, long budget, IExtension? authenticator, TimeProvider time)
    {
        Pool = new BufferPool(new BufferPoolOptions { Tracking = true });
        Budget = new ByteBudget("intake", budget);
        Health = new ComponentHealth(TimeProvider.System, NullLogger.Instance);
        var context = new ComponentContext
        {
            Id = new ComponentId("otlp", ""),
            Kind = ComponentKind.Receiver,
            Logger = NullLogger.Instance,
            Time = time,
            Pool = new TelemetryPool(Pool),
            Meter = _meter,
            Health = Health,
            DataDirectory = "",
            IntakeBudget = Budget,
            Extensions = authenticator is null ? ExtensionSet.Empty : new ExtensionSet(new Dictionary<string, IExtension> { ["auth"] = authenticator }),
        };
        Receiver = ((IReceiverFactory)new OtlpReceiverFactory()).Create(context, options, Intake);
    }

    public RecordingIntake Intake { get; } = new();

    public BufferPool Pool { get; }

    public ByteBudget Budget { get; }

    public ComponentHealth Health { get; }

    public IReceiver Receiver { get; }

    public Meter Meter => _meter;

    public HttpClient Http { get; private set; } = null!;

    public HttpClient Grpc { get; private set; } = null!;

    public static OtlpReceiverOptions FreePorts(Func<OtlpHttpOptions, OtlpHttpOptions>? http = null, Func<OtlpGrpcOptions, OtlpGrpcOptions>? grpc = null)
    {
        var free = EndpointText.Parse("127.0.0.1:0");
        var httpOptions = new OtlpHttpOptions { Endpoint = free };
        var grpcOptions = new OtlpGrpcOptions { Endpoint = free };
        return new OtlpReceiverOptions
        {
            Protocols = new OtlpProtocolsOptions
            {
                Http = http is null ? httpOptions : http(httpOptions),
                Grpc = grpc is null ? grpcOptions : grpc(grpcOptions),
            },
        };
    }

    public static async Task<ReceiverUnderTest> StartAsync(
        OtlpReceiverOptions? options = null, long budget = 256 << 20, IExtension? authenticator = null, TimeProvider? time = null)
    {
        var test = new ReceiverUnderTest(options ?? FreePorts(), budget, authenticator, time ?? TimeProvider.System);
        await test.Receiver.StartAsync(TestContext.Current.CancellationToken);
        test.Grpc = Client(test.Receiver.Endpoints[0], HttpVersion.Version20);
        test.Http = Client(test.Receiver.Endpoints[1], HttpVersion.Version11);
        return test;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        Grpc.Dispose();
        await Receiver.DisposeAsync();
        _meter.Dispose();
        Assert.Equal(0, Budget.Used);
        Pool.Dispose();
    }

    private static HttpClient Client(BoundEndpoint endpoint, Version version) => new()
    {
        BaseAddress = new Uri($"http://{endpoint.Address}"),
        DefaultRequestVersion = version,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };
}
