using System.Runtime.InteropServices;
using System.Text;

namespace Sluice.Standins.Kafka;

/// <summary>librdkafka's mock cluster: brokers on loopback ports that speak the protocol. Its functions lock for themselves.</summary>
internal sealed class MockCluster : IDisposable
{
    private const int Producer = 0;
    private const int ErrorLength = 512;

    private readonly nint _client;
    private readonly nint _cluster;

    /// <summary>Starts one.</summary>
    /// <param name="brokers">How many brokers it has.</param>
    /// <exception cref="MockClusterException">It cannot be created.</exception>
    public MockCluster(int brokers)
    {
        Span<byte> error = stackalloc byte[ErrorLength];
        _client = NativeMethods.New(Producer, 0, error, (nuint)error.Length);
        if (_client == 0)
        {
            throw new MockClusterException(Encoding.UTF8.GetString(error[..Math.Max(0, error.IndexOf((byte)0))]));
        }

        _cluster = NativeMethods.NewCluster(_client, brokers);
        if (_cluster == 0)
        {
            NativeMethods.Destroy(_client);
            throw new MockClusterException($"no cluster of {brokers} brokers can be created");
        }

        Brokers = brokers;
        Bootstrap = Marshal.PtrToStringUTF8(NativeMethods.Bootstraps(_cluster))!;
    }

    /// <summary>How many brokers it has.</summary>
    public int Brokers { get; }

    /// <summary>Addresses of all brokers, with commas between them.</summary>
    public string Bootstrap { get; }

    public void CreateTopic(string name, int partitions, int replicas) => Check(NativeMethods.CreateTopic(_cluster, name, partitions, replicas), $"create the topic {name}");

    public void SetTopicError(string name, int error) => NativeMethods.SetTopicError(_cluster, name, error);

    public void SetLeader(string topic, int partition, int broker) =>
        Check(NativeMethods.SetLeader(_cluster, topic, partition, broker), $"make broker {broker} the leader of {topic}/{partition}");

    public void SetCoordinator(string kind, string key, int broker) =>
        Check(NativeMethods.SetCoordinator(_cluster, kind, key, broker), $"make broker {broker} the coordinator of {key}");

    public void SetDown(int broker) => Check(NativeMethods.SetDown(_cluster, broker), $"take broker {broker} down");

    public void SetUp(int broker) => Check(NativeMethods.SetUp(_cluster, broker), $"bring broker {broker} up");

    public void SetRoundTripTime(int broker, int milliseconds) =>
        Check(NativeMethods.SetRoundTripTime(_cluster, broker, milliseconds), $"delay broker {broker}");

    public void PushErrors(short api, ReadOnlySpan<int> errors) => NativeMethods.PushErrors(_cluster, api, (nuint)errors.Length, errors);

    public void PushBrokerError(int broker, short api, int error, int milliseconds) =>
        Check(NativeMethods.PushBrokerError(_cluster, broker, api, 1, error, milliseconds), $"make broker {broker} fail");

    public long ErrorsLeft(int broker, short api)
    {
        Check(NativeMethods.CountErrors(_cluster, broker, api, out var count), $"count the errors of broker {broker}");
        return (long)count;
    }

    public void ClearErrors(short api) => NativeMethods.ClearErrors(_cluster, api);

    public void SetApiVersion(short api, short least, short most) => Check(NativeMethods.SetApiVersion(_cluster, api, least, most), $"set the versions of request {api}");

    public void Dispose()
    {
        NativeMethods.DestroyCluster(_cluster);
        NativeMethods.Destroy(_client);
    }

    private static void Check(int error, string what)
    {
        if (error != 0)
        {
            throw new MockClusterException($"cannot {what}: {Marshal.PtrToStringUTF8(NativeMethods.ErrorText(error))}");
        }
    }
}
