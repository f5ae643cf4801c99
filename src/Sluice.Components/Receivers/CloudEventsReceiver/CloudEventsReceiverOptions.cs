using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Transport.HttpServer;

namespace Sluice.Components.Receivers.CloudEventsReceiver;

/// <summary>Options of the <c>cloudevents</c> receiver.</summary>
public sealed record CloudEventsReceiverOptions : HttpServerOptions, IExtensionUser, IHeaderKeeper
{
    private const int DefaultMaxBodySize = 5 << 20;

    /// <summary>The defaults.</summary>
    public CloudEventsReceiverOptions()
    {
        Endpoint = EndpointText.Parse("localhost:8089");
        MaxRequestBodySize = new ByteSize(DefaultMaxBodySize);
        ReadTimeout = TimeSpan.FromSeconds(10);
    }

    /// <summary>The path.</summary>
    [Option("The path that events are sent to.")]
    public string Path { get; init; } = "/";

    /// <summary>Who may send, as far as the handshake is concerned.</summary>
    [Option("Systems that are allowed to send when they ask in the handshake of web hooks: names such as events.example.com, *.example.com, or * for all. It authenticates nobody, which auth does.")]
    public IReadOnlyList<string> AllowedOrigins { get; init; } = ["*"];

    /// <summary>How long events are remembered.</summary>
    [Option("How long an event is remembered by its source and id, to know a repeat.", Min = 1)]
    public TimeSpan RememberFor { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How many events are remembered.</summary>
    [Option("How many events are remembered at most; the oldest go first. Each takes about 120 bytes of memory.", Unit = "events", Min = 1)]
    public int RememberAtMost { get; init; } = 1_000_000;

    /// <inheritdoc/>
    bool IHeaderKeeper.KeepsHeaders => IncludeMetadata;

    /// <inheritdoc/>
    public IEnumerable<ExtensionReference> UsedExtensions => Auth is null ? [] : [Auth.Reference("auth")];

    /// <inheritdoc/>
    public override void Validate(OptionsValidation context)
    {
        base.Validate(context);
        if (!Path.StartsWith('/') || Path.AsSpan().ContainsAny('?', '#'))
        {
            context.Error("path", $"\"{Path}\" is not a path", "begin it with a slash, without a query");
        }

        foreach (var origin in AllowedOrigins.Where(origin => !WebHookHandshake.IsPattern(origin)))
        {
            context.Error("allowed_origins", $"\"{origin}\" is not the name of a system", "write a name such as events.example.com, *.example.com, or *");
        }
    }
}
