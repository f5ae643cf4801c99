using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Transport.HttpServer;

namespace Sluice.Components.Receivers.ElasticsearchReceiver;

/// <summary>Options of the <c>elasticsearch</c> receiver.</summary>
/// <remarks>The Collector's receiver of this name is another: it asks Elasticsearch for figures. Its keys say so.</remarks>
[UnsupportedOption("nodes", NotScraped)]
[UnsupportedOption("indices", NotScraped)]
[UnsupportedOption("skip_cluster_metrics", NotScraped)]
[UnsupportedOption("username", NotScraped)]
[UnsupportedOption("password", NotScraped)]
[UnsupportedOption("collection_interval", NotScraped)]
[UnsupportedOption("initial_delay", NotScraped)]
[UnsupportedOption("timeout", NotScraped)]
[UnsupportedOption("metrics", NotScraped)]
[UnsupportedOption("resource_attributes", NotScraped)]
public sealed record ElasticsearchReceiverOptions : HttpServerOptions, IExtensionUser, IListener, IHeaderKeeper
{
    private const string NotScraped =
        "this receiver takes the documents of shippers, and does not ask Elasticsearch for metrics; let an agent that has it, such as a Collector, send OTLP here";

    /// <summary>
    /// Elasticsearch itself takes 100 MiB; its clients send a few MiB at once, and with the default limit of a group nothing larger could be kept.
    /// </summary>
    private const int DefaultMaxBodySize = 20 << 20;

    /// <summary>The defaults.</summary>
    public ElasticsearchReceiverOptions()
    {
        Endpoint = EndpointText.Parse("localhost:9200");
        MaxRequestBodySize = new ByteSize(DefaultMaxBodySize);
    }

    /// <summary>The version that clients are told.</summary>
    [Option("The version of Elasticsearch that clients are told. Shippers choose by it what they send and may refuse what is older than they are.")]
    public string Version { get; init; } = "8.19.0";

    /// <summary>How long ids are remembered; zero for not at all.</summary>
    [Option("How long the ids of created documents are remembered, so that one that is sent again is not taken again; 0s for not at all.", Min = 0)]
    public TimeSpan RememberIdsFor { get; init; }

    /// <summary>How many ids are remembered.</summary>
    [Option("How many ids are remembered at most; the oldest go first. Each takes about 100 bytes of memory.", Unit = "documents", Min = 1)]
    public int RememberAtMost { get; init; } = 1_000_000;

    /// <inheritdoc/>
    bool IHeaderKeeper.KeepsHeaders => IncludeMetadata;

    /// <inheritdoc/>
    public IEnumerable<EndpointText> Listens => Endpoint.Path is null ? [Endpoint.Address] : [];

    /// <inheritdoc/>
    public IEnumerable<ExtensionReference> UsedExtensions => Auth is null ? [] : [Auth.Reference("auth")];

    /// <inheritdoc/>
    public override void Validate(OptionsValidation context)
    {
        base.Validate(context);
        if (!System.Version.TryParse(Version, out var version) || version.Build < 0 || version.Revision >= 0 || version.Major is < 7 or > 9)
        {
            context.Error("version", $"\"{Version}\" is not a version of Elasticsearch from 7 to 9", "write one such as 8.19.0");
        }
    }
}
