namespace Sluice.Runtime.Contracts;

/// <summary>An address that a component listens on.</summary>
/// <param name="Name">Component id and protocol, such as <c>otlp/grpc</c>: the key in the ready file.</param>
/// <param name="Address">Host and port as bound, such as <c>127.0.0.1:4317</c>.</param>
/// <param name="Description">What speaks there, for the start-up message.</param>
public sealed record BoundEndpoint(string Name, string Address, string Description);
