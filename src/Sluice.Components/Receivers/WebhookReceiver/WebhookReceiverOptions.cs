using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Transport.HttpServer;

namespace Sluice.Components.Receivers.WebhookReceiver;

/// <summary>Options of the <c>webhook</c> receiver.</summary>
public sealed record WebhookReceiverOptions : HttpServerOptions, IExtensionUser, IHeaderKeeper
{
    private const int DefaultMaxBodySize = 5 << 20;

    /// <summary>The defaults.</summary>
    public WebhookReceiverOptions()
    {
        Endpoint = EndpointText.Parse("localhost:8088");
        MaxRequestBodySize = new ByteSize(DefaultMaxBodySize);
        CompressionAlgorithms = [""];
        ReadTimeout = TimeSpan.FromSeconds(10);
    }

    /// <summary>The endpoints by name.</summary>
    [Option("The endpoints, by names of your choice: each sender has one.", Required = true)]
    public IReadOnlyDictionary<string, WebhookEndpointOptions> Endpoints { get; init; } = new Dictionary<string, WebhookEndpointOptions>();

    /// <inheritdoc/>
    bool IHeaderKeeper.KeepsHeaders => IncludeMetadata;

    /// <inheritdoc/>
    public IEnumerable<ExtensionReference> UsedExtensions => Auth is null ? [] : [Auth.Reference("auth")];

    /// <inheritdoc/>
    public override void Validate(OptionsValidation context)
    {
        base.Validate(context);
        if (Endpoints.Count == 0)
        {
            context.Error("endpoints", "there is none", "give one, such as orders: {path: /hooks/orders, secrets: [\"${env:ORDERS_SECRET}\"]}");
        }

        foreach (var twice in Endpoints.GroupBy(endpoint => endpoint.Value.Path).Where(group => group.Count() > 1))
        {
            context.Error($"endpoints::{twice.Last().Key}", $"\"{twice.Key}\" is the path of {twice.First().Key} too", "give every endpoint a path of its own");
        }
    }
}
