using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Transport.HttpClients;
using Sluice.Transport.Tls;

namespace Sluice.Components.Exporters.Otlp;

/// <summary>What the clients of both transports share.</summary>
internal static class ExportClient
{
    /// <summary>The most of an answer that is read.</summary>
    public const int AnswerLimit = 64 << 10;

    /// <summary>
    /// Batches by bytes, since that is what servers limit: below the 4 MiB that servers of gRPC take by default, with room for resources and
    /// scopes, which are not counted.
    /// </summary>
    public static BatchOptions DefaultBatch { get; } = new() { Sizer = BatchSizer.Bytes, MinSize = 1 << 20, MaxSize = 3 << 20 };

    /// <summary>Opens the connections of an exporter.</summary>
    /// <exception cref="ComponentStartException">A file of TLS cannot be used, or a key does not go together with a proxy.</exception>
    public static HttpConnections Connect(ComponentContext context, TlsClientOptions options, HttpConnectionSettings settings, params IEnumerable<Uri> servers)
    {
        TlsClient tls;
        try
        {
            tls = new TlsClient(options, context.Time, context.Logger);
        }
        catch (TlsFileException e)
        {
            throw new ComponentStartException($"exporters::{context.Id}::tls::{e.Message}");
        }

        if (tls.NeedsOwnHandshake && servers.FirstOrDefault(server => HttpConnections.GoesThroughProxy(settings, server)) is { } behindProxy)
        {
            throw new ComponentStartException(
                $"exporters::{context.Id}::tls: server_name_override and reload_interval do not work through the proxy that the environment names for {behindProxy.Host}; add the host to no_proxy, or remove these keys");
        }

        return new HttpConnections(settings, tls);
    }
}
