using Sluice.Telemetry;

namespace Sluice.Testing.Sinks;

/// <summary>An export request as a sink got it.</summary>
/// <param name="Signal">Which one.</param>
/// <param name="IsGrpc">Over gRPC rather than HTTP/1.1.</param>
/// <param name="Headers">Its headers, by names in lower case.</param>
/// <param name="Message">The request, unframed and inflated.</param>
/// <param name="Names">The names of its records; see <see cref="Components.TestRequests"/>. Only of protobuf.</param>
/// <param name="Connection">The same for requests on one connection.</param>
/// <param name="ClientName">The subject of the client's certificate; empty without one.</param>
public sealed record SinkRequest(
    Signal Signal,
    bool IsGrpc,
    IReadOnlyDictionary<string, string> Headers,
    byte[] Message,
    IReadOnlyList<string> Names,
    string Connection,
    string ClientName);
