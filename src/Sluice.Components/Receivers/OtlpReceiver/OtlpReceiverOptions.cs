using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Transport.HttpServer;

namespace Sluice.Components.Receivers.OtlpReceiver;

/// <summary>Options of the <c>otlp</c> receiver.</summary>
public sealed record OtlpReceiverOptions : IExtensionUser, IListener, IHeaderKeeper
{
    /// <summary>The protocols to listen for.</summary>
    [Option("The protocols to listen for; at least one.", Required = true)]
    public OtlpProtocolsOptions Protocols { get; init; } = new();

    /// <inheritdoc/>
    public IEnumerable<EndpointText> Listens =>
        from endpoint in (ListenEndpoint?[])[Protocols.Grpc?.Endpoint, Protocols.Http?.Endpoint]
        where endpoint is { Path: null }
        select endpoint.Value.Address;

    /// <inheritdoc/>
    public bool KeepsHeaders => Protocols.Grpc is { IncludeMetadata: true } || Protocols.Http is { IncludeMetadata: true };

    /// <inheritdoc/>
    public IEnumerable<ExtensionReference> UsedExtensions
    {
        get
        {
            if (Protocols.Grpc?.Auth is { } grpc)
            {
                yield return grpc.Reference("protocols::grpc::auth");
            }

            if (Protocols.Http?.Auth is { } http)
            {
                yield return http.Reference("protocols::http::auth");
            }
        }
    }
}
